package io.meshguard.rules.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the list of fields from Go modules in the local module cache: the resource definitions of
 * {@code istio.io/api}, and the OpenAPI document of {@code k8s.io/kubernetes}. Fetch them with
 * {@code go mod download istio.io/api@v1.29.0} and so on, then run {@link #main}.
 */
final class FieldListGenerator {

  static final Path OUTPUT = Path.of("src/main/resources/io/meshguard/rules/fields/fields.txt");

  private static final List<String> ISTIO =
      List.of("1.20.0", "1.22.0", "1.24.0", "1.26.0", "1.28.0", "1.29.0", "1.30.1", "1.31.1");
  private static final String KUBERNETES = "1.35.4";
  private static final String HEADER =
      "# Fields by kind, over all lines named below. Made by FieldListGenerator; do not edit.\n";

  private static final Map<String, String> CORE =
      new TreeMap<>(
          Map.of(
              "/Service", "io.k8s.api.core.v1.Service",
              "/Pod", "io.k8s.api.core.v1.Pod",
              "/Namespace", "io.k8s.api.core.v1.Namespace",
              "/ConfigMap", "io.k8s.api.core.v1.ConfigMap",
              "apps/Deployment", "io.k8s.api.apps.v1.Deployment",
              "apps/StatefulSet", "io.k8s.api.apps.v1.StatefulSet",
              "apps/DaemonSet", "io.k8s.api.apps.v1.DaemonSet",
              "batch/Job", "io.k8s.api.batch.v1.Job",
              "batch/CronJob", "io.k8s.api.batch.v1.CronJob"));

  private final Path moduleCache;
  private final Map<String, FieldShape> kinds = new TreeMap<>();

  private FieldListGenerator(Path moduleCache) {
    this.moduleCache = moduleCache;
  }

  /** Writes the list into the source tree. */
  public static void main(String[] arguments) throws IOException {
    Path cache =
        moduleCache()
            .orElseThrow(() -> new IllegalStateException("the Go modules are not all there"));
    Files.writeString(OUTPUT, generate(cache));
  }

  /** Returns the module cache, if every module that the list is made from is in it. */
  static Optional<Path> moduleCache() {
    String path = System.getenv().getOrDefault("GOMODCACHE", "");
    Path cache =
        path.isEmpty()
            ? Path.of(System.getProperty("user.home"), "go", "pkg", "mod")
            : Path.of(path);
    boolean complete =
        Files.isReadable(openApi(cache))
            && ISTIO.stream().allMatch(version -> Files.isReadable(definitions(cache, version)));
    return complete ? Optional.of(cache) : Optional.empty();
  }

  /** Returns the list as text. */
  static String generate(Path moduleCache) throws IOException {
    FieldListGenerator generator = new FieldListGenerator(moduleCache);
    for (String version : ISTIO) {
      generator.addIstio(version);
    }
    generator.addKubernetes();
    return generator.text();
  }

  private void addIstio(String version) throws IOException {
    YamlReader.read(
        Files.readString(definitions(moduleCache, version)),
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            addDefinition(document.tree());
          }

          @Override
          public void unreadable(YamlException cause) {
            throw cause;
          }
        });
  }

  private void addDefinition(JsonNode definition) {
    JsonNode spec = definition.path("spec");
    String kind = spec.path("group").asText() + "/" + spec.path("names").path("kind").asText();
    for (JsonNode version : spec.path("versions")) {
      FieldShape root = FieldShape.of(version.path("schema").path("openAPIV3Schema"), Map.of());
      root.addFree("apiVersion", "kind", "metadata", "status");
      kinds.merge(kind, root, FieldShape::merge);
    }
  }

  private void addKubernetes() throws IOException {
    JsonNode document = new ObjectMapper().readTree(openApi(moduleCache).toFile());
    Map<String, JsonNode> definitions = new HashMap<>();
    document
        .path("definitions")
        .properties()
        .forEach(entry -> definitions.put("#/definitions/" + entry.getKey(), entry.getValue()));
    CORE.forEach(
        (kind, name) -> {
          FieldShape root = FieldShape.of(definition(definitions, name), definitions);
          root.addFree("metadata", "status");
          kinds.put(kind, root);
        });
  }

  private static JsonNode definition(Map<String, JsonNode> definitions, String name) {
    JsonNode definition = definitions.get("#/definitions/" + name);
    if (definition == null) {
      throw new IllegalStateException("the OpenAPI document has no definition of " + name);
    }
    return definition;
  }

  private String text() {
    StringBuilder lines = new StringBuilder();
    StringBuilder roots = new StringBuilder();
    Map<String, Integer> numbers = new HashMap<>();
    kinds.forEach(
        (kind, shape) -> {
          int number = shape.write(numbers, lines);
          roots.append("kind ").append(kind).append(' ').append(number).append('\n');
        });
    List<String> istio = ISTIO.stream().map(FieldListGenerator::line).toList();
    return HEADER
        + "istio "
        + String.join(" ", istio)
        + "\nkubernetes "
        + line(KUBERNETES)
        + "\n"
        + lines
        + roots;
  }

  private static String line(String version) {
    return version.substring(0, version.lastIndexOf('.'));
  }

  private static Path definitions(Path cache, String version) {
    return cache.resolve(
        "istio.io/api@v" + version + "/kubernetes/customresourcedefinitions.gen.yaml");
  }

  private static Path openApi(Path cache) {
    return cache.resolve("k8s.io/kubernetes@v" + KUBERNETES + "/api/openapi-spec/swagger.json");
  }
}
