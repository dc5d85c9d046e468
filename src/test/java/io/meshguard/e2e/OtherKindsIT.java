package io.meshguard.e2e;

import static io.meshguard.e2e.Live.said;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** One denial, one warning and one patch for DestinationRule, Deployment and Namespace. */
@OnRealCluster
final class OtherKindsIT {

  private static final String WHO =
      """
      %s: denied by toggle %s in ConfigMap meshguard-policy
      exemption: ask the policy owner for an entry under "exemptions" in ConfigMap meshguard-policy
      contact: #mesh-help
      ref: REF
      """;

  private final Live live;

  OtherKindsIT(Live live) {
    this.live = live;
  }

  @Test
  void aDestinationRule() throws Exception {
    String rule = "connection-limit-without-pending-limit";
    String manifest = Manifests.destinationRule("limits");
    String line =
        "[connection-limit-without-pending-limit] DestinationRule shop/limits"
            + " spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests: ";
    String wrong = "0 means not set, so it limits nothing; the smallest limit is 1";

    live.policy(rule + ": deny");
    assertThat(said(live.kubectl(manifest, "apply")))
        .isEqualTo(
            denied("validate-mesh")
                + line
                + wrong
                + """

                  fix: set http1MaxPendingRequests to 10
                    spec:
                      trafficPolicy:
                        connectionPool:
                          http:
                            http1MaxPendingRequests: 10
                """
                + WHO.formatted(rule, rule));

    live.policy(rule + ": warn");
    assertThat(live.kubectl(manifest, "apply", "--dry-run=server").stderr())
        .isEqualTo("Warning: " + line + wrong + "\n");

    live.policy(rule + ": fix");
    assertThat(live.kubectl(manifest, "apply").stderr())
        .isEqualTo(
            "Warning: "
                + line
                + "fixed: set http1MaxPendingRequests to 10: requests that would have waited are"
                + " answered with 503 from now on\n");
    JsonNode stored = live.stored("DestinationRule", "shop", "limits");
    assertThat(stored.at("/spec/trafficPolicy/connectionPool/http/http1MaxPendingRequests").asInt())
        .isEqualTo(10);
    live.assertUnchanged(manifest);
  }

  @Test
  void aDeployment() throws Exception {
    String rule = "app-starts-before-proxy";
    String manifest = Manifests.deployment("shop", "cart");
    String line = "[app-starts-before-proxy] Deployment shop/cart spec.template.metadata: ";
    String wrong =
        "holdApplicationUntilProxyStarts is not set, so the application may start before its"
            + " sidecar is ready and its first calls fail";

    live.policy(rule + ": deny");
    assertThat(said(live.kubectl(manifest, "apply")))
        .isEqualTo(
            denied("validate-workloads")
                + line
                + wrong
                + """

                  fix: set holdApplicationUntilProxyStarts: true in the annotation \
                proxy.istio.io/config of the Pods
                    spec:
                      template:
                        metadata:
                          annotations:
                            proxy.istio.io/config: |
                              holdApplicationUntilProxyStarts: true
                """
                + WHO.formatted(rule, rule));

    live.policy(rule + ": warn");
    assertThat(live.kubectl(manifest, "apply", "--dry-run=server").stderr())
        .isEqualTo("Warning: " + line + wrong + "\n");

    live.policy(rule + ": fix");
    assertThat(live.kubectl(manifest, "apply").stderr())
        .isEqualTo(
            "Warning: "
                + line
                + "fixed: set holdApplicationUntilProxyStarts: true: the application starts only"
                + " when its sidecar is ready, so Pods take longer to start\n");
    JsonNode metadata = live.stored("Deployment", "shop", "cart").at("/spec/template/metadata");
    assertThat(metadata.at("/annotations/proxy.istio.io~1config").asText())
        .isEqualTo("holdApplicationUntilProxyStarts: true\n");
    live.assertUnchanged(manifest);
  }

  @Test
  void aNamespace() throws Exception {
    String rule = "injection-label-ignored";
    String manifest = Manifests.namespace("books");
    String line = "[injection-label-ignored] Namespace books metadata.labels.istio-injection: ";
    String wrong =
        "no revision in this mesh acts on istio-injection \"enabled\", so Pods created here"
            + " get no sidecar";

    live.policy(rule + ": deny");
    assertThat(said(live.kubectl(manifest, "apply")))
        .isEqualTo(
            denied("validate-mesh")
                + line
                + wrong
                + """

                  fix: replace istio-injection by istio.io/rev=1-24-3
                    metadata:
                      name: books
                      labels:
                        istio.io/rev: 1-24-3
                """
                + WHO.formatted(rule, rule));

    live.policy(rule + ": warn");
    assertThat(live.kubectl(manifest, "apply", "--dry-run=server").stderr())
        .isEqualTo("Warning: " + line + wrong + "\n");

    live.policy(rule + ": fix\nconflicting-injection-labels: fix");
    assertThat(live.kubectl(manifest, "apply").stderr())
        .isEqualTo(
            "Warning: "
                + line
                + "fixed: replaced istio-injection by istio.io/rev=1-24-3: Pods created from now on"
                + " get a sidecar, running ones after kubectl rollout restart\n");
    assertThat(live.stored("Namespace", "", "books").at("/metadata/labels/istio.io~1rev").asText())
        .isEqualTo("1-24-3");
    assertThat(live.stored("Namespace", "", "books").at("/metadata/labels").has("istio-injection"))
        .isFalse();
    // a file that still has the old label is mended again, and from then on nothing changes
    assertThat(live.kubectl(manifest, "apply").exitCode()).isZero();
    live.assertUnchanged(manifest);
  }

  private static String denied(String entry) {
    return "Error from server: error when creating \"STDIN\": admission webhook \""
        + entry
        + ".meshguard.io\" denied the request: 1 finding, 1 denied\n";
  }
}
