package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.GoTool;
import io.meshguard.controlplane.HelmTool;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kustomizations and charts, rendered by the real kubectl and helm. */
@RequiresControlPlane
final class RenderIT {

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: shop
      spec:
        hosts:
        - shop
        http:
        - match: [{uri: {prefix: /a}}]
          route: [{destination: {host: a}}]
        - match: [{uri: {prefix: /a/b}}]
          route: [{destination: {host: b}}]
      """;

  @TempDir private Path dir = Path.of("");
  @TempDir private Path programs = Path.of("");
  private GitShop shop;

  @BeforeEach
  void tools() throws Exception {
    shop = GitShop.in(dir.toRealPath());
    Files.createSymbolicLink(
        programs.resolve("kubectl"),
        ControlPlaneBinaries.locate(Progress.silent()).kubectl().toAbsolutePath());
    Files.createSymbolicLink(programs.resolve("helm"), helm().toAbsolutePath());
  }

  private static Path helm() throws IOException, InterruptedException {
    try {
      return HelmTool.locate(System.out::println);
    } catch (GoTool.UnavailableException e) {
      if ("required".equals(System.getenv("MESHGUARD_E2E"))) {
        throw new IllegalStateException("MESHGUARD_E2E=required", e);
      }
      return Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }

  private Ran check(String path, String... options) {
    String[] args = new String[options.length + 3];
    args[0] = "check";
    args[1] = "--istio-version=1.29";
    args[2] = shop.folder().resolve(path).toString();
    System.arraycopy(options, 0, args, 3, options.length);
    return Ran.with("", Map.of("PATH", programs.toString()), false, args);
  }

  private void overlays() throws IOException {
    shop.write("base/kustomization.yaml", "resources: [routes.yaml]\n");
    shop.write("base/routes.yaml", ROUTES);
    shop.write("dev/kustomization.yaml", "resources: [../base]\nnamespace: dev\n");
    shop.write(
        "prod/kustomization.yaml",
        """
        resources: [../base]
        namespace: prod
        namePrefix: p-
        patches:
        - path: gateways.yaml
        - target: {kind: VirtualService}
          patch: |-
            - op: replace
              path: /spec/http/0/match/0/uri/prefix
              value: /z
            - op: add
              path: /spec/hosts/1
              value: p-shop.prod
        """);
    shop.write(
        "prod/gateways.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          gateways:
          - mesh
          - ingress
        """);
    shop.write(
        "prod/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n");
    String root = Files.readString(shop.folder().resolve("prod/kustomization.yaml"));
    shop.write("prod/kustomization.yaml", root.replace("[../base]", "[../base, service.yaml]"));
  }

  @Test
  void aFindingStandsWhereAPersonWroteTheField() throws Exception {
    overlays();

    Ran ran = check("", "--render");

    assertThat(ran.err()).doesNotContain("error");
    assertThat(ran.out())
        .contains("base/routes.yaml:11:5: deny [unreachable-route] VirtualService dev/shop")
        .contains(
            "prod/kustomization.yaml:7:3: warn [host-outside-mesh] VirtualService prod/p-shop");
  }

  @Test
  void aFixIsWrittenOnlyWhereTheFileHoldsWhatWasRendered() throws Exception {
    overlays();
    shop.write("again/kustomization.yaml", "resources: [routes.yaml]\nnamespace: again\n");
    shop.write("again/routes.yaml", ROUTES);
    String base = Files.readString(shop.folder().resolve("base/routes.yaml"));

    Ran prod = check("prod", "--render", "--fix");
    assertThat(Files.readString(shop.folder().resolve("base/routes.yaml"))).isEqualTo(base);
    assertThat(prod.out()).doesNotContain("fixed");
    Ran ran = check("", "--render", "--fix");

    assertThat(ran.out())
        .contains("base/routes.yaml: fixed [unreachable-route]", "again/routes.yaml: fixed")
        .doesNotContain("unreachable-route] VirtualService dev/shop spec.http[1]: no request");
    assertThat(Files.readString(shop.folder().resolve("again/routes.yaml")))
        .contains("prefix: /a/b}}]\n    route: [{destination: {host: b}}]\n  - match: [{uri");
  }

  @Test
  void aChartIsRenderedWithTheValuesOfItsMesh() throws Exception {
    shop.write("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
    shop.write("chart/values.yaml", "first: /z\n");
    shop.write("values-prod.yaml", "first: /a\n");
    shop.write(
        "chart/templates/routes.yaml",
        ROUTES.replace("prefix: /a}}", "prefix: {{ .Values.first }}}}"));
    assertThat(check("", "--render").out()).contains("1 object checked, no findings");
    shop.write(
        ".meshguard.yaml",
        """
        render: true
        worlds:
        - {name: dev, paths: [chart]}
        - {name: prod, paths: [chart], values: [values-prod.yaml], namespace: prod}
        """);

    Ran ran = check("");

    assertThat(ran.out())
        .contains(
            "chart/templates/routes.yaml:11:3: deny [unreachable-route] VirtualService prod/shop")
        .containsOnlyOnce("deny [unreachable-route]");
  }

  @Test
  void whatCannotBeRenderedIsNamedAndTheRestIsJudged() throws Exception {
    overlays();
    shop.write("broken/kustomization.yaml", "resources: [nowhere.yaml, routes.yaml]\n");
    shop.write("broken/routes.yaml", ROUTES.replace("name: shop", "name: apart"));

    Ran ran = check("", "--render");

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.out())
        .contains("broken: error: kubectl kustomize cannot render this: ", "nowhere.yaml")
        .contains("base/routes.yaml:11:5: deny", "broken/routes.yaml:11:5: deny");
  }

  @Test
  void aToolThatIsNotThereIsSaidOnce() throws Exception {
    overlays();
    shop.write("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
    Files.delete(programs.resolve("kubectl"));
    Files.delete(programs.resolve("helm"));

    Ran ran = check("", "--render", "--language=zh");

    assertThat(ran.exitCode()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.out())
        .containsOnlyOnce("渲染 kustomization 需要 PATH 中有 kustomize 或 kubectl")
        .containsOnlyOnce("渲染 chart 需要 PATH 中有 helm");
  }
}
