package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@RequiresControlPlane
class IstioCrdsTest {
  private static final GoToolchain NO_GO = new GoToolchain(Map.of(), List.of());

  @Test
  void bundledOnesServeTheSameKindsAndVersionsAsIstios() throws Exception {
    IstioCrds genuine = IstioCrds.load(Progress.silent());

    assertThat(served(IstioCrds.bundled().yaml())).hasSize(14);
    if (genuine.genuine()) {
      assertThat(served(IstioCrds.bundled().yaml())).isEqualTo(served(genuine.yaml()));
    }
  }

  @Test
  void bundledOnesAreServedAndKeepAnySpec() throws Exception {
    try (ControlPlane own =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent())) {
      own.applyCrds(IstioCrds.bundled().yaml());

      Kubectl.Result applied =
          own.kubectl()
              .runWithInput(
                  """
                  apiVersion: networking.istio.io/v1alpha3
                  kind: VirtualService
                  metadata: {name: shop}
                  spec: {hosts: [shop], http: [{route: [{destination: {host: shop, odd: 7}}]}]}
                  """,
                  "apply",
                  "-f",
                  "-");
      Kubectl.Result read =
          own.kubectl().run("get", "vs", "shop", "-o", "jsonpath={.apiVersion} {.spec.http}");

      assertThat(applied.stderr()).isEmpty();
      assertThat(read.stdout())
          .isEqualTo(
              "networking.istio.io/v1 [{\"route\":[{\"destination\":{\"host\":\"shop\",\"odd\":7}}]}]");
    }
  }

  @Test
  void genuineOnesRefuseWhatIstioRefuses(ControlPlane controlPlane) throws Exception {
    assumeTrue(IstioCrds.load(line -> {}).genuine());

    Kubectl.Result result =
        controlPlane
            .kubectl()
            .runWithInput(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shop}
                spec: {hosts: 7}
                """,
                "create",
                "--validate=false",
                "-f",
                "-");

    assertThat(result.stderr()).contains("spec.hosts: Invalid value: \"integer\"");
  }

  @Test
  void withoutGoTheBundledOnesAreUsedAndSaid(@TempDir Path directory) throws Exception {
    List<String> said = new ArrayList<>();

    IstioCrds crds = IstioCrds.load(new BinaryCache(directory), NO_GO, said::add);

    assertThat(crds).isEqualTo(IstioCrds.bundled());
    assertThat(said).hasSize(1);
    assertThat(said.get(0)).contains("there is no Go on the PATH", "accept any spec");
  }

  @Test
  void whatWasFetchedEarlierIsUsedWithoutGo(@TempDir Path directory) throws Exception {
    Path entry = Files.createDirectories(directory.resolve("istio-api-v1.29.0"));
    Files.writeString(entry.resolve("customresourcedefinitions.gen.yaml"), "kind: Fetched\n");

    IstioCrds crds = IstioCrds.load(new BinaryCache(directory), NO_GO, Progress.silent());

    assertThat(crds).isEqualTo(new IstioCrds("istio.io/api v1.29.0", true, "kind: Fetched\n"));
  }

  /** Returns the served versions by resource name. */
  private static Map<String, Set<String>> served(String yaml) {
    Map<String, Set<String>> result = new TreeMap<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      if (!(document instanceof Map<?, ?> definition)) {
        continue;
      }
      Map<?, ?> spec = map(definition.get("spec"));
      Set<String> versions = new TreeSet<>();
      for (Object version : (List<?>) Objects.requireNonNull(spec.get("versions"))) {
        if (Boolean.TRUE.equals(map(version).get("served"))) {
          versions.add(String.valueOf(map(version).get("name")));
        }
      }
      Map<?, ?> names = map(spec.get("names"));
      result.put(
          spec.get("scope")
              + " "
              + names.get("kind")
              + " "
              + names.get("plural")
              + "."
              + spec.get("group")
              + " "
              + names.get("shortNames"),
          versions);
    }
    return result;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
