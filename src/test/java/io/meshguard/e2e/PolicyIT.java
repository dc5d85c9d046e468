package io.meshguard.e2e;

import static io.meshguard.e2e.Live.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.controlplane.Kubectl;
import org.junit.jupiter.api.Test;

/** What the policy ConfigMap says, beyond toggles of rules. */
@OnRealCluster
final class PolicyIT {

  private final Live live;

  PolicyIT(Live live) {
    this.live = live;
  }

  @Test
  void enforcementWarnEndsAllDenials() throws Exception {
    live.policy(
        "unreachable-route: deny\napp-starts-before-proxy: deny\nenforcement: warn",
        "overrides:\n- namespaces: [shop]\n  rules: {implicit-retries: deny}\n");
    Kubectl.Result route = live.kubectl(Manifests.shadowed("capped"), "apply");

    assertThat(route.exitCode()).isZero();
    assertThat(route.stderr())
        .isEqualTo(
            "Warning: [unreachable-route] VirtualService shop/capped spec.http[1]: no request"
                + " reaches this route: http[0].match[0] takes all of them, for example GET"
                + " /api/v2 goes to http[0] (not denied: enforcement caps all rules)\n");
    assertCapped(
        Manifests.virtualService("implicit", Manifests.routeWithImplicitRetries("implicit")));
    assertCapped(Manifests.deployment("shop", "capped"));
  }

  private void assertCapped(String manifest) throws Exception {
    Kubectl.Result apply = live.kubectl(manifest, "apply");
    assertThat(apply.exitCode()).isZero();
    assertThat(apply.stderr())
        .startsWith("Warning: [")
        .endsWith(" (not denied: enforcement caps all rules)\n");
  }

  @Test
  void enforcementOffEndsAllPatchesAndWarnings() throws Exception {
    live.policy("unreachable-route: fix\nenforcement: off");

    live.applied(Manifests.shadowed("untouched"));
    assertThat(
            live.stored("VirtualService", "shop", "untouched")
                .at("/spec/http")
                .findValuesAsText("prefix"))
        .containsExactly("/api", "/api/v2");
  }

  @Test
  void anInvalidEditIsRefusedWithLineAndColumn() throws Exception {
    live.policy("unreachable-route: deny");
    long generation = live.server().policyGeneration();
    Kubectl.Result patch =
        live.run(
            Live.NAMESPACE,
            "patch",
            "configmap",
            Live.POLICY,
            "--type",
            "merge",
            "-p",
            "{\"data\":{\"policy.yaml\":\"contact: x\\nrulez:\\n  unreachable-route: warn\\n\"}}");

    assertThat(said(patch))
        .isEqualTo(
            """
            Error from server: admission webhook "policy.meshguard.io" denied the request: 1 \
            problem, the policy is not changed
            policy.yaml:2:1: rulez: is not a valid key here; did you mean "rules"?
            the previous policy stays in force
            ref: REF
            """);
    assertThat(patch.exitCode()).isEqualTo(1);
    assertThat(live.server().policyGeneration()).isEqualTo(generation);
    assertThat(live.kubectl(Manifests.shadowed("after-edit"), "apply").exitCode()).isEqualTo(1);
  }

  @Test
  void anExemptionOfThePolicyIsHonoured() throws Exception {
    live.policy(
        "unreachable-route: deny",
        """
        exemptions:
        - rules: [unreachable-route]
          objects: ["VirtualService/shop/legacy"]
          reason: the catch-all goes with release 42
          owner: team-shop
        """);

    live.applied(Manifests.shadowed("legacy"));
    assertThat(live.kubectl(Manifests.shadowed("modern"), "apply").stderr())
        .contains("denied the request: 1 finding, 1 denied");
  }

  @Test
  void anAnnotationExemptsFromADenialOnlyWhereThePolicySaysSo() throws Exception {
    String annotated =
        Manifests.with(
            Manifests.shadowed("annotated"),
            "  annotations:\n    meshguard.io/allow.unreachable-route: agreed with team-shop\n");
    live.policy("unreachable-route: deny");
    assertThat(live.kubectl(annotated, "apply").stderr())
        .contains("denied the request: 1 finding, 1 denied")
        .contains("exemption: ask the policy owner for an entry under \"exemptions\"");

    live.policy("unreachable-route: deny", "selfService: true\n");
    assertThat(live.kubectl(Manifests.shadowed("annotated"), "apply").stderr())
        .contains(
            "exemption: add the annotation meshguard.io/allow.unreachable-route: \"<reason>\"");
    live.applied(annotated);
  }

  @Test
  void anAnnotationExemptsFromAWarningAndAPatch() throws Exception {
    String annotated =
        Manifests.with(
            Manifests.shadowed("allowed"),
            "  annotations:\n    meshguard.io/allow.unreachable-route: agreed with team-shop\n");
    live.policy("unreachable-route: warn");
    live.applied(annotated);

    live.policy("unreachable-route: fix");
    live.applied(annotated.replace("name: allowed", "name: allowed-too"));
    assertThat(
            live.stored("VirtualService", "shop", "allowed-too")
                .at("/spec/http")
                .findValuesAsText("prefix"))
        .containsExactly("/api", "/api/v2");
  }
}
