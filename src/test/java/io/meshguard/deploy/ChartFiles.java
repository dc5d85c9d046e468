package io.meshguard.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.kube.WatchedKinds;
import io.meshguard.resource.Kind;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.Watching;
import io.meshguard.server.webhook.WebhookConfigurations;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the chart takes from the code: which requests are reviewed, and what is read for that. */
final class ChartFiles {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ChartFiles() {}

  /** Returns the files of {@code charts/meshguard/files} by name. */
  static Map<String, String> all() {
    WebhookConfigurations webhooks = webhooks("meshguard", Set.of("istio-system"), true);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("mutating.json", text(webhooks.mutating()));
    files.put("validating.json", text(webhooks.validating()));
    files.put("reads.json", text(reads()));
    return files;
  }

  /** Returns what the code registers where a Service leads to it. */
  static WebhookConfigurations webhooks(
      String namespace, Set<String> meshNamespaces, boolean conditions) {
    return new WebhookConfigurations(
        Catalogue.infos(),
        new WebhookConfigurations.Options(
            "meshguard",
            namespace,
            "meshguard",
            Optional.empty(),
            Optional.empty(),
            meshNamespaces,
            conditions));
  }

  /**
   * Returns rules of RBAC: for the whole cluster, for the mesh's root namespaces only, and for
   * single objects.
   */
  private static ObjectNode reads() {
    Set<Kind> everywhere = Watching.everywhere(Catalogue.infos());
    Set<Kind> roots =
        Watching.inMeshNamespaces().stream()
            .filter(kind -> !everywhere.contains(kind))
            .collect(Collectors.toSet());
    ObjectNode reads = JsonNodeFactory.instance.objectNode();
    ArrayNode cluster = reads.putArray("cluster");
    rules(cluster, everywhere);
    if (!everywhere.contains(Kind.NODE)) {
      rule(cluster, "", List.of("nodes"), List.of("list"));
    }
    rules(reads.putArray("meshNamespaces"), roots);
    ArrayNode single = reads.putArray("single");
    for (WatchedKinds.Single one : Watching.single()) {
      ObjectNode object = single.addObject().put("namespace", one.namespace());
      ArrayNode rules = object.putArray("rules");
      rule(rules, one.kind().group(), List.of(one.kind().plural()), List.of("list", "watch"));
      ((ObjectNode) rules.get(0)).putArray("resourceNames").add(one.name());
    }
    return reads;
  }

  private static void rules(ArrayNode rules, Set<Kind> kinds) {
    Map<String, Set<String>> plurals = new TreeMap<>();
    kinds.stream()
        .sorted(Comparator.comparing(Kind::plural))
        .forEach(
            kind -> plurals.computeIfAbsent(kind.group(), g -> new TreeSet<>()).add(kind.plural()));
    plurals.forEach((group, resources) -> rule(rules, group, resources, List.of("list", "watch")));
  }

  private static void rule(
      ArrayNode rules, String group, Iterable<String> resources, List<String> verbs) {
    ObjectNode rule = rules.addObject();
    rule.putArray("apiGroups").add(group);
    ArrayNode names = rule.putArray("resources");
    resources.forEach(names::add);
    ArrayNode allowed = rule.putArray("verbs");
    verbs.forEach(allowed::add);
  }

  private static String text(JsonNode tree) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try {
      return MAPPER.writer(printer).writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
