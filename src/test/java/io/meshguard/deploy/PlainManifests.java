package io.meshguard.deploy;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The folder {@code deploy}: the chart with its default values, as files for kustomize. */
final class PlainManifests {

  private static final String SOURCE = "# Source: meshguard/templates/";
  private static final String HEAD =
      "# Rendered from charts/meshguard, whose values are the place for changes.\n";
  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: meshguard
        labels:
          pod-security.kubernetes.io/enforce: restricted
      """;

  private PlainManifests() {}

  /** Returns the files by name. */
  static Map<String, String> all() {
    Map<String, String> files = new TreeMap<>();
    files.put("namespace.yaml", HEAD + NAMESPACE);
    for (String part : HelmChart.template(HelmChart.KUBERNETES).split("(?m)^---$", -1)) {
      if (!part.contains(SOURCE)) {
        continue;
      }
      int from = part.indexOf(SOURCE) + SOURCE.length();
      int to = part.indexOf('\n', from);
      String object = withoutManager(part.substring(to + 1).strip()) + "\n";
      files.merge(part.substring(from, to), HEAD + object, (a, b) -> a + "---\n" + object);
    }
    files.put("kustomization.yaml", kustomization(files));
    return files;
  }

  /** Nothing here is managed by Helm. */
  private static String withoutManager(String object) {
    return object
        .lines()
        .filter(line -> !line.strip().equals("app.kubernetes.io/managed-by: Helm"))
        .collect(Collectors.joining("\n"));
  }

  private static String kustomization(Map<String, String> files) {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n");
    text.append("- namespace.yaml\n");
    files.keySet().stream()
        .filter(name -> !name.equals("namespace.yaml"))
        .forEach(name -> text.append("- ").append(name).append('\n'));
    return text.toString();
  }
}
