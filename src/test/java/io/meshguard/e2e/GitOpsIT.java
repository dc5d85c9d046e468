package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dry runs and syncs, request by request, as Argo CD and Flux make them. */
@OnRealCluster
final class GitOpsIT {

  private final Live live;

  GitOpsIT(Live live) {
    this.live = live;
  }

  /** How a tool signs its requests and marks its objects. */
  private enum Tool {
    ARGO_CD(
        "system:serviceaccount:argocd:argocd-application-controller",
        "argocd-controller",
        """
          annotations:
            argocd.argoproj.io/tracking-id: shop:networking.istio.io/VirtualService:shop/%s
        """),
    FLUX(
        "system:serviceaccount:flux-system:kustomize-controller",
        "kustomize-controller",
        """
          labels:
            kustomize.toolkit.fluxcd.io/name: %s
            kustomize.toolkit.fluxcd.io/namespace: flux-system
        """);

    private final String account;
    private final String manager;
    private final String metadata;

    Tool(String account, String manager, String metadata) {
      this.account = account;
      this.manager = manager;
      this.metadata = metadata;
    }

    String mark(String manifest, String name) {
      return Manifests.with(manifest, metadata.formatted(name));
    }
  }

  @BeforeEach
  void letToolsDoEverything() {
    for (Tool tool : Tool.values()) {
      live.client()
          .resource(
              new ClusterRoleBindingBuilder()
                  .withNewMetadata()
                  .withName(tool.manager)
                  .endMetadata()
                  .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                  .addNewSubject("rbac.authorization.k8s.io", "User", tool.account, null)
                  .build())
          .createOr(NonDeletingOperation::update);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDryRunTellsWhatTheSyncWillBeRefusedFor(Tool tool) throws Exception {
    live.policy("unreachable-route: deny");
    String name = "refused-" + tool.manager;
    String manifest = tool.mark(Manifests.shadowed(name), name);

    HttpResponse<String> dryRun = sync(tool, name, manifest, "&dryRun=All");
    assertThat(dryRun.code()).as(dryRun.bodyString()).isEqualTo(201);
    assertThat(warnings(dryRun))
        .singleElement()
        .asString()
        .startsWith(
            "299 - \"would be denied: [unreachable-route] VirtualService shop/"
                + name
                + " spec.http[1]: no request reaches this route: ");
    assertThat(stored(name)).isFalse();

    HttpResponse<String> sync = sync(tool, name, manifest, "");
    assertThat(sync.code()).isEqualTo(422);
    assertThat(sync.bodyString())
        .contains("denied the request: 1 finding, 1 denied\\n[unreachable-route] VirtualService");
    assertThat(stored(name)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aDryRunTellsWhatTheSyncWillBeWarnedOf(Tool tool) throws Exception {
    live.policy("unreachable-route: warn");
    String name = "warned-" + tool.manager;
    String manifest = tool.mark(Manifests.shadowed(name), name);

    HttpResponse<String> dryRun = sync(tool, name, manifest, "&dryRun=All");
    assertThat(stored(name)).isFalse();
    HttpResponse<String> sync = sync(tool, name, manifest, "");

    assertThat(warnings(dryRun))
        .singleElement()
        .asString()
        .startsWith("299 - \"[unreachable-route] VirtualService shop/" + name);
    assertThat(warnings(sync)).isEqualTo(warnings(dryRun));
    assertThat(stored(name)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsKeptInGitIsWarnedOfAndNotPatched(Tool tool) throws Exception {
    live.policy("implicit-retries: fix");
    String name = "kept-" + tool.manager;
    String manifest =
        tool.mark(Manifests.virtualService(name, Manifests.routeWithImplicitRetries("kept")), name);

    HttpResponse<String> sync = sync(tool, name, manifest, "");

    assertThat(sync.code()).as(sync.bodyString()).isEqualTo(201);
    assertThat(warnings(sync))
        .singleElement()
        .asString()
        .startsWith("299 - \"[implicit-retries] VirtualService shop/" + name + " spec.http[0]: ")
        .endsWith(
            " (not fixed: kept in Git; run in the repository: meshguard check --fix"
                + " --unsafe-fixes PATH)\"");
    assertThat(
            live.stored("VirtualService", "shop", name).at("/spec/http/0/retries").isMissingNode())
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aDryRunIsRefusedOnlyForWhomThePolicyWantsItToFail(Tool tool) throws Exception {
    live.policy("unreachable-route: deny", "dryRunEnforceFor: [kustomize-controller]\n");
    String name = "enforced-" + tool.manager;
    String manifest = tool.mark(Manifests.shadowed(name), name);

    assertThat(sync(tool, name, manifest, "&dryRun=All").code())
        .isEqualTo(tool == Tool.FLUX ? 422 : 201);
    assertThat(stored(name)).isFalse();
  }

  private HttpResponse<String> sync(Tool tool, String name, String manifest, String more)
      throws Exception {
    HttpClient client = live.client().getHttpClient();
    URI uri =
        live.controlPlane()
            .server()
            .resolve(
                "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/"
                    + name
                    + "?force=true&fieldManager="
                    + tool.manager
                    + more);
    HttpRequest request =
        client
            .newHttpRequestBuilder()
            .uri(uri)
            .method("PATCH", "application/apply-patch+yaml", manifest)
            .setHeader("Impersonate-User", tool.account)
            .build();
    return client.sendAsync(request, String.class).get();
  }

  private static List<String> warnings(HttpResponse<String> response) {
    return response.headers("Warning");
  }

  private boolean stored(String name) {
    return !live.stored("VirtualService", "shop", name).isMissingNode();
  }
}
