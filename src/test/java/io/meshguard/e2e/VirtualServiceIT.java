package io.meshguard.e2e;

import static io.meshguard.e2e.Live.said;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.controlplane.Kubectl;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The whole of what a person sees of a denial, a warning and a patch. */
@OnRealCluster
final class VirtualServiceIT {

  private static final String DENIAL =
      """
      admission webhook "validate-mesh.meshguard.io" denied the request: 1 finding, 1 denied
      [unreachable-route] VirtualService shop/%s spec.http[1]: no request reaches this route: \
      http[0].match[0] takes all of them, for example GET /api/v2 goes to http[0]
        fix: move http[1] before http[0], the longer path first
          spec:
            http:
            - match:
              - uri:
                  prefix: /api/v2
              retries:
                attempts: 0
              route:
              - destination:
                  host: api-v2
            # …
      unreachable-route: denied by toggle unreachable-route in ConfigMap meshguard-policy
      exemption: ask the policy owner for an entry under "exemptions" in ConfigMap meshguard-policy
      contact: #mesh-help
      ref: REF
      """;

  private final Live live;

  VirtualServiceIT(Live live) {
    this.live = live;
  }

  @Test
  void aDenialAsApplyCreateAndServerSideApplyShowIt() throws Exception {
    live.policy("unreachable-route: deny");
    String manifest = Manifests.shadowed("denied");
    String denial = DENIAL.formatted("denied");

    Kubectl.Result apply = live.kubectl(manifest, "apply");
    assertThat(said(apply))
        .isEqualTo("Error from server: error when creating \"STDIN\": " + denial);
    assertThat(apply.stdout()).isEmpty();
    assertThat(apply.exitCode()).isEqualTo(1);
    assertThat(said(live.kubectl(manifest, "create")))
        .isEqualTo("Error from server: error when creating \"STDIN\": " + denial);
    assertThat(said(live.kubectl(manifest, "apply", "--server-side")))
        .isEqualTo("Error from server: " + denial);
    assertThat(live.stored("VirtualService", "shop", "denied").isMissingNode()).isTrue();
  }

  @Test
  void aDenialAsPatchShowsIt() throws Exception {
    live.applied(Manifests.virtualService("patched", Manifests.route("/api", "api")));
    live.policy("unreachable-route: deny");
    Kubectl.Result patch =
        live.run(
            "shop",
            "patch",
            "virtualservice",
            "patched",
            "--type=json",
            "-p",
            """
            [{"op":"add","path":"/spec/http/-","value":{"match":[{"uri":{"prefix":"/api/v2"}}],
              "retries":{"attempts":0},"route":[{"destination":{"host":"api-v2"}}]}}]""");

    assertThat(said(patch)).isEqualTo("Error from server: " + DENIAL.formatted("patched"));
    assertThat(patch.exitCode()).isEqualTo(1);
    assertThat(live.stored("VirtualService", "shop", "patched").at("/spec/http")).hasSize(1);
  }

  @Test
  void aDenialOfAnObjectThatHasNoNameYet() throws Exception {
    live.policy("unreachable-route: deny");
    String unnamed =
        Manifests.shadowed("unnamed").replace("  name: unnamed\n", "  generateName: unnamed-\n");

    Kubectl.Result create = live.kubectl(unnamed, "create");

    assertThat(create.exitCode()).isEqualTo(1);
    assertThat(create.stderr())
        .containsPattern(
            "1 finding, 1 denied\n\\[unreachable-route] VirtualService shop/unnamed-[a-z0-9]{5} ");
  }

  @Test
  void theJavaClientIsRefusedWithTheSameMessage() throws Exception {
    live.policy("unreachable-route: deny");
    GenericKubernetesResource shadowed =
        Serialization.unmarshal(Manifests.shadowed("by-java"), GenericKubernetesResource.class);

    KubernetesClientException refused =
        Assertions.catchThrowableOfType(
            KubernetesClientException.class, () -> live.client().resource(shadowed).create());
    assertThat(refused.getCode()).isEqualTo(422);
    assertThat(refused.getStatus().getReason()).isNull();
    assertThat(refused.getStatus().getMessage())
        .contains("denied the request: 1 finding, 1 denied\n[unreachable-route]");
  }

  @Test
  void aWarning() throws Exception {
    live.policy("unreachable-route: warn");
    Kubectl.Result apply = live.kubectl(Manifests.shadowed("warned"), "apply");

    assertThat(apply.stderr())
        .isEqualTo(
            "Warning: [unreachable-route] VirtualService shop/warned spec.http[1]: no request"
                + " reaches this route: http[0].match[0] takes all of them, for example GET"
                + " /api/v2 goes to http[0]\n");
    assertThat(apply.stdout()).isEqualTo("virtualservice.networking.istio.io/warned created\n");
    assertThat(apply.exitCode()).isZero();
    assertThat(
            live.stored("VirtualService", "shop", "warned")
                .at("/spec/http/0/match/0/uri/prefix")
                .asText())
        .isEqualTo("/api");
  }

  @Test
  void aPatchThatMovesARouteAndStaysSo() throws Exception {
    live.policy("unreachable-route: fix");
    String manifest = Manifests.shadowed("moved");
    Kubectl.Result apply = live.kubectl(manifest, "apply");

    assertThat(apply.stderr())
        .isEqualTo(
            "Warning: [unreachable-route] VirtualService shop/moved spec.http[1]: fixed: moved"
                + " http[1] before http[0]: only requests meant for it now take another route\n");
    assertThat(apply.exitCode()).isZero();
    JsonNode stored = live.stored("VirtualService", "shop", "moved");
    assertThat(stored.at("/spec/http").findValuesAsText("prefix"))
        .containsExactly("/api/v2", "/api");
    assertThat(stored.at("/metadata/annotations/meshguard.io~1fixed").asText())
        .isEqualTo("unreachable-route");
    live.assertUnchanged(manifest);
  }

  @Test
  void twoRulesPatchOneObjectInOneRequest() throws Exception {
    live.policy("unreachable-route: fix\nimplicit-retries: fix");
    String manifest = Manifests.shadowed("both").replace("    retries:\n      attempts: 0\n", "");
    Kubectl.Result created = live.kubectl(manifest, "apply", "--server-side");

    assertThat(created.exitCode()).as(created.stderr()).isZero();
    assertThat(created.stderr().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("fixed: "))
        .filteredOn(line -> line.startsWith("Warning: [implicit-retries] VirtualService shop/both"))
        .hasSize(2);
    JsonNode http = live.stored("VirtualService", "shop", "both").at("/spec/http");
    assertThat(http.findValuesAsText("prefix")).containsExactly("/api/v2", "/api");
    assertThat(http.findValuesAsText("attempts")).containsExactly("0", "0");
    Kubectl.Result diff = live.kubectl(manifest, "diff", "--server-side");
    assertThat(diff.stdout()).isEmpty();
    assertThat(diff.exitCode()).as(diff.stderr()).isZero();
  }

  @Test
  void olderVersionsOfTheApiAreReviewedToo() throws Exception {
    live.policy("unreachable-route: deny");
    String older =
        Manifests.shadowed("older")
            .replace("networking.istio.io/v1", "networking.istio.io/v1alpha3");

    assertThat(said(live.kubectl(older, "apply")))
        .isEqualTo(
            "Error from server: error when creating \"STDIN\": " + DENIAL.formatted("older"));
  }
}
