package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {

  private final Path dir;

  CheckTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void textNamesPlaceModeFindingFragmentAndCommand() {
    String service = Shop.write(dir, "service.yaml", Shop.SERVICE);
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);

    Ran ran = Ran.of("check", service, routes);

    assertThat(ran.out())
        .isEqualTo(
            """
            FILE:9:3: warn [mesh-gateway-omitted] VirtualService shop/ratings spec.gateways: gateways does not list "mesh", so calls from inside the mesh to ratings do not follow these routes
                fix (unsafe): add "mesh" to gateways
                  spec:
                    gateways:
                    # …
                    - mesh
                apply: meshguard check --fix --unsafe-fixes FILE
            2 objects checked, 1 finding: 1 warn
            1 can be fixed
            """
                .replace("FILE", routes));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.CLEAN);
  }

  @Test
  void aFixThatDependsOnAnUnknownVersionIsNotOffered() {
    Shop.write(
        dir,
        "cart.yaml",
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {istio-injection: enabled}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart, namespace: shop}
        spec: {template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: cart}]}}}
        """);
    String policy = Shop.write(dir, "policy.yaml", Shop.policy("app-starts-before-proxy", "warn"));
    String cart = dir.resolve("cart.yaml").toString();

    Ran unknown = Ran.of("check", "--policy", policy, "--istio-version", "1.29", cart);
    assertThat(unknown.out())
        .contains("not applied: depends on a version", "1 finding")
        .doesNotContain("apply: meshguard", "can be fixed");

    Ran known =
        Ran.of(
            "check",
            "--policy",
            policy,
            "--istio-version",
            "1.29",
            "--kubernetes-version",
            "1.30",
            cart);
    assertThat(known.out()).contains("apply: meshguard check --fix ", "1 can be fixed");
  }

  /** The API server labels each Namespace with its name; no file has to. */
  @Test
  void anOverrideByTheNameLabelHoldsForFilesToo() {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String policy =
        Shop.write(
            dir,
            "policy.yaml",
            """
            rules: {implicit-retries: "off"}
            overrides:
            - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
              rules: {implicit-retries: deny}
            """);
    assertThat(Ran.of("check", "--policy", policy, routes).exitCode()).isEqualTo(ExitCode.FINDINGS);

    String namespace =
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\n";
    String both = Shop.write(dir, "both.yaml", namespace + Shop.RETRIES);
    assertThat(Ran.of("check", "--policy", policy, both).exitCode()).isEqualTo(ExitCode.FINDINGS);
  }

  @Test
  void saysOfWhichObjectsLittleIsJudgedBecauseIstiodPassesThemOver() {
    String shop = Shop.write(dir, "shop.yaml", Shop.SERVICE + "---\n" + Shop.NO_MESH);
    String mesh =
        Shop.write(
            dir,
            "mesh.yaml",
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data: {mesh: "discoverySelectors: [{matchLabels: {mesh: stable}}]"}
            """);

    Ran read = Ran.of("check", "--istio-version", "1.29", shop);
    assertThat(read.out()).contains("[mesh-gateway-omitted]");
    assertThat(read.err()).doesNotContain("discoverySelectors");

    Ran passedOver = Ran.of("check", "--istio-version", "1.29", "--mesh", mesh, shop);
    assertThat(passedOver.out()).isEqualTo("2 objects checked, no findings\n");
    assertThat(passedOver.err())
        .contains(
            "2 objects are in namespaces that discoverySelectors leave out (shop):"
                + " checked only by rules that apply there too");
  }

  @Test
  void exitCodeFollowsFailOn() {
    Shop.write(dir, "service.yaml", Shop.SERVICE);
    Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    String folder = dir.toString();

    assertThat(Ran.of("check", folder).exitCode()).isEqualTo(0);
    assertThat(Ran.of("check", "--fail-on", "deny", folder).exitCode()).isEqualTo(0);
    assertThat(Ran.of("check", "--fail-on", "warn", folder).exitCode()).isEqualTo(1);
    assertThat(Ran.of("check", "--fail-on", "fixable", folder).exitCode()).isEqualTo(1);
    assertThat(Ran.of("check", "--fail-on", "never", folder).exitCode()).isEqualTo(0);
  }

  @Test
  void policySetsModesAndADenialFails() {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String deny = Shop.write(dir, "deny.yaml", Shop.policy("implicit-retries", "deny"));

    assertThat(Ran.of("check", routes).exitCode()).isEqualTo(0);
    Ran denied = Ran.of("check", "--policy", deny, routes);
    assertThat(denied.exitCode()).isEqualTo(1);
    assertThat(denied.out()).contains(":11:5: deny [implicit-retries]");
    assertThat(Ran.of("check", "--policy", deny, "--fail-on", "never", routes).exitCode())
        .isEqualTo(0);
  }

  @Test
  void textSaysWhyAModeIsNotTheConfiguredOne() {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String capped =
        Shop.write(
            dir,
            "policy.yaml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: meshguard-policy}
            data:
              implicit-retries: deny
              enforcement: warn
            """);
    String exempt =
        Shop.write(
            dir,
            "exempt.yaml",
            """
            rules: {implicit-retries: deny}
            exemptions:
            - rules: [implicit-retries]
              objects: [VirtualService/shop/*]
              reason: idempotent, all of them
              expires: 2026-12-31
            """);

    Ran ran = Ran.of("check", "--policy", capped, routes);
    assertThat(ran.out()).contains("because: enforcement caps all rules, so deny became warn");
    assertThat(ran.exitCode()).isEqualTo(0);
    Ran exempted = Ran.of("check", "--policy", exempt, "--fail-on", "warn", routes);
    assertThat(exempted.out())
        .contains(": exempt [implicit-retries]", "idempotent, all of them", "1 exempt");
    assertThat(exempted.exitCode()).isEqualTo(0);
  }

  @Test
  void brokenPolicyIsNamedWithItsPlaceAndNothingIsChecked() {
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    String policy = Shop.write(dir, "policy.yaml", "rules:\n  implicit-retrys: deny\n");

    Ran ran = Ran.of("check", "--policy", policy, routes);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(policy + ":2:3", "implicit-retries");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void unreadableDocumentsAreNamedAndTheRestIsChecked() {
    Shop.write(dir, "a.yaml", "kind: [\n---\n" + Shop.SERVICE + "---\n\tx: 1\n");
    Shop.write(dir, "b.yaml", Shop.NO_MESH + "spec:\n  twice: true\n");
    Shop.write(dir, "c.yaml", Shop.NO_MESH.replace("name: ratings", "name: other"));

    Ran ran = Ran.of("check", dir.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out())
        .contains(dir + "/a.yaml:2:1: error: ")
        .contains(dir + "/a.yaml:13:1: error: ")
        .contains(dir + "/b.yaml:17:1: error: duplicate key \"spec\"")
        .contains("[mesh-gateway-omitted] VirtualService shop/other")
        .contains("3 objects checked")
        .contains("3 documents or files could not be read or written");
  }

  @Test
  void missingFileIsNamed() {
    Ran ran = Ran.of("check", dir.resolve("nowhere.yaml").toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("nowhere.yaml: error: no such file or folder");
  }

  @Test
  void notUtf8IsNamed() throws Exception {
    java.nio.file.Files.write(dir.resolve("a.yaml"), new byte[] {'a', ':', ' ', (byte) 0xC3, 10});
    Ran ran = Ran.of("check", dir.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("a.yaml: error: is not UTF-8");
  }

  @Test
  void folderWithoutManifestsIsCleanAndSaysSo() {
    Shop.write(dir, "values.yaml", "replicas: 1\n");
    Ran ran = Ran.of("check", dir.toString());
    assertThat(ran.exitCode()).isEqualTo(0);
    assertThat(ran.err())
        .contains("1 document without apiVersion and kind skipped")
        .contains("no manifests found");
  }

  @Test
  void standardInputListsAndSeveralDocumentsAreUnfolded() {
    String list =
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Service
          metadata: {name: ratings}
          spec: {ports: [{port: 80, name: http}]}
        - apiVersion: networking.istio.io/v1
          kind: VirtualService
          metadata: {name: ratings}
          spec:
            hosts: [ratings]
            gateways: [public]
        """;

    Ran ran = Ran.fed("---\n# nothing\n---\n" + list, "check", "-");

    assertThat(ran.out())
        .contains("-:16:5: warn [mesh-gateway-omitted] VirtualService default/ratings")
        .contains("2 objects checked");
    assertThat(Ran.fed(list, "check", "-", "-n", "shop").out()).contains("shop/ratings");
  }

  @Test
  void meshIsContextOnly() {
    String service = Shop.write(dir, "mesh/service.yaml", Shop.SERVICE);
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);

    assertThat(Ran.of("check", routes).out()).contains("1 object checked, no findings");
    assertThat(Ran.of("check", "--mesh", service, routes).out())
        .contains("1 object checked, 1 finding");
  }

  @Test
  void orderOfFilesDoesNotMatter() {
    String service = Shop.write(dir, "service.yaml", Shop.SERVICE);
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    assertThat(Ran.of("check", service, routes)).isEqualTo(Ran.of("check", routes, service));
  }

  @Test
  void objectDefinedTwiceIsSaid() {
    Shop.write(dir, "a.yaml", Shop.SERVICE);
    Shop.write(dir, "b.yaml", Shop.SERVICE);
    assertThat(Ran.of("check", dir.toString()).err())
        .contains("Service shop/ratings is defined twice: ", "a.yaml:1 and ", "b.yaml:1\n");
  }

  @Test
  void nothingIsConcludedFromDefinitionsThatDiffer() {
    Shop.write(dir, "dev/service.yaml", Shop.SERVICE);
    Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    assertThat(Ran.of("check", dir.toString()).out()).contains("2 objects checked, 1 finding");
    Shop.write(dir, "prod/service.yaml", Shop.SERVICE);
    assertThat(Ran.of("check", dir.toString()).out()).contains("3 objects checked, 1 finding");

    Shop.write(dir, "prod/service.yaml", Shop.SERVICE.replace("port: 80", "port: 9081"));
    Ran differing = Ran.of("check", "--closed-world", dir.toString());

    assertThat(differing.out())
        .contains("3 objects checked")
        .doesNotContain("mesh-gateway-omitted");
    assertThat(differing.err())
        .contains("2 folders and files define objects that others define differently");
    assertThat(Ran.of("check", "-v", dir.toString()).err())
        .contains("a mesh of its own: " + dir + "/dev\n", "a mesh of its own: " + dir + "/prod\n");
  }

  @Test
  void eachOverlayIsJudgedWithWhatItShares() {
    Shop.write(dir, "base/routes.yaml", Shop.NO_MESH);
    Shop.write(dir, "dev/service.yaml", Shop.SERVICE);
    Shop.write(dir, "prod/service.yaml", Shop.SERVICE.replace("port: 80", "port: 9081"));
    Shop.write(dir, "prod/routes.yaml", Shop.NO_MESH.replace("name: ", "name: prod-"));

    Ran ran = Ran.of("check", dir.toString());

    assertThat(ran.out())
        .contains("prod/routes.yaml:9:3: warn [mesh-gateway-omitted]")
        .doesNotContain("base/routes.yaml:9");
  }

  @Test
  void manyDefinitionsInOneFileAreOneLine() {
    String twice = Shop.SERVICE + "---\n" + Shop.SERVICE.replace("port: 80", "port: 81");
    Shop.write(dir, "a.yaml", twice + "---\n" + twice.replace("ratings", "reviews"));

    assertThat(Ran.of("check", dir.toString()).err())
        .contains("2 objects are defined more than once in one mesh (-v lists them)");
    assertThat(Ran.of("check", "--verbose", dir.toString()).err())
        .contains("Service shop/ratings is defined twice", "Service shop/reviews is defined twice");
  }

  @Test
  void whatIsCheckedCountsBeforeItsSurroundings() {
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    String service = Shop.write(dir, "service.yaml", Shop.SERVICE);
    Shop.write(dir, "mesh/a.yaml", Shop.SERVICE.replace("port: 80", "port: 9081"));
    Shop.write(dir, "mesh/b.yaml", Shop.SERVICE.replace("port: 80", "port: 9082"));
    String mesh = dir.resolve("mesh").toString();

    assertThat(Ran.of("check", "--mesh", mesh, routes, service).out()).contains("1 finding");
    assertThat(Ran.of("check", "--mesh", mesh, routes).out()).contains("no findings");
  }

  @Test
  void assumedIstioIsSaidOnlyWhereItMatters() {
    String account =
        Shop.write(
            dir,
            "account.yaml",
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: shop, namespace: shop}}\n");
    String service = Shop.write(dir, "service.yaml", Shop.SERVICE);
    assertThat(Ran.of("check", account).err()).doesNotContain("assuming");
    assertThat(Ran.of("check", service).err()).contains("assuming");
    assertThat(Ran.of("check", "--istio-version", "new", service).exitCode()).isEqualTo(2);
  }

  @Test
  void coloursOnlyOnATerminalThatWantsThem() {
    Shop.write(dir, "service.yaml", Shop.SERVICE);
    Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    String folder = dir.toString();
    String yellowWarn = "\u001b[33mwarn\u001b[0m";

    assertThat(Ran.with("", Map.of(), true, "check", folder).out()).contains(yellowWarn);
    assertThat(Ran.with("", Map.of("NO_COLOR", "1"), true, "check", folder).out())
        .doesNotContain("\u001b");
    assertThat(Ran.of("check", folder).out()).doesNotContain("\u001b");
  }

  @Test
  void languageComesFromOptionOrLocale() {
    Shop.write(dir, "service.yaml", Shop.SERVICE);
    Shop.write(dir, "routes.yaml", Shop.NO_MESH);
    String folder = dir.toString();

    assertThat(Ran.of("check", "--language", "zh", folder).out()).contains("发现 1 个问题");
    Map<String, String> chinese = Map.of("LANG", "zh_CN.UTF-8");
    assertThat(Ran.with("", chinese, false, "check", folder).out()).contains("发现 1 个问题");
    Map<String, String> overridden = Map.of("LANG", "zh_CN.UTF-8", "LC_ALL", "C");
    assertThat(Ran.with("", overridden, false, "check", folder).out()).contains("1 finding");
    assertThat(Ran.of("check", "--language", "de", folder).exitCode()).isEqualTo(2);
  }

  @Test
  void usageMistakesAreSaidInTwoLines() {
    Ran typo = Ran.of("chekc", "x");
    assertThat(typo.exitCode()).isEqualTo(2);
    assertThat(typo.err()).contains("Did you mean: check?");
    assertThat(Ran.of("check").exitCode()).isEqualTo(2);
    assertThat(Ran.of("check", "-o", "xml", "x").err()).contains("unknown format \"xml\"");
    assertThat(Ran.of("check", "-o", "text", "-o", "json", "x").err())
        .contains("only one report can go to standard output");
    assertThat(Ran.of().out()).contains("Usage: meshguard");
    assertThat(Ran.of("--version").out()).isEqualTo("meshguard 0.1.0-SNAPSHOT\n");
  }
}
