package io.meshguard.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** All that the chart grants with its default values, as a table for people. */
final class PermissionTable {

  private static final List<String> ROLES =
      List.of(
          "ClusterRole/meshguard",
          "Role/meshguard/meshguard",
          "Role/istio-system/meshguard-mesh",
          "Role/kube-system/meshguard-single");

  private PermissionTable() {}

  static String text() {
    Map<String, ObjectNode> objects = Manifests.read(HelmChart.template(HelmChart.KUBERNETES));
    StringBuilder text = new StringBuilder("\n| where | API group | resources | verbs |\n");
    text.append("| --- | --- | --- | --- |\n");
    for (String role : ROLES) {
      String namespace = objects.get(role).at("/metadata/namespace").asText();
      String where = namespace.isEmpty() ? "everywhere" : "namespace `" + namespace + "`";
      for (JsonNode rule : objects.get(role).path("rules")) {
        text.append(
            "| %s | %s | %s | %s |%n"
                .formatted(
                    where,
                    group(rule.path("apiGroups").path(0).asText()),
                    words(rule.path("resources")) + named(rule.path("resourceNames")),
                    words(rule.path("verbs"))));
      }
    }
    return text.append('\n').toString();
  }

  private static String group(String group) {
    return group.isEmpty() ? "core" : group;
  }

  private static String named(JsonNode names) {
    return names.isEmpty()
        ? ""
        : StreamSupport.stream(names.spliterator(), false)
            .map(name -> "`" + name.asText() + "`")
            .collect(Collectors.joining(", ", ", only ", ""));
  }

  private static String words(JsonNode words) {
    return StreamSupport.stream(words.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(", "));
  }
}
