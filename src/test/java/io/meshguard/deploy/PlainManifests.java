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

  private static final String MONITORING = "monitoring";
  private static final String MONITORED =
      """
      serviceMonitor: {enabled: true}
      prometheusRule: {enabled: true}
      dashboard: {enabled: true}
      """;
  private static final String COMPONENT =
      """
      # Alerts, dashboard and ServiceMonitor; the files beside are for those who have no operator.
      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      resources:
      - monitoring.yaml
      """;

  private PlainManifests() {}

  /** Returns the files by name. */
  static Map<String, String> all() {
    Map<String, String> files = rendered("");
    files.put("namespace.yaml", HEAD + NAMESPACE);
    files.put("kustomization.yaml", kustomization(files));
    return files;
  }

  /** Returns the component for monitoring, and its parts as plain files. */
  static Map<String, String> monitoring() {
    String objects = MONITORING + ".yaml";
    return Map.of(
        "kustomization.yaml",
        COMPONENT,
        objects,
        rendered(MONITORED).getOrDefault(objects, ""),
        "alerts.yaml",
        Golden.read(Alerts.FILE),
        "dashboard.json",
        Golden.read(Dashboard.FILE));
  }

  private static Map<String, String> rendered(String values) {
    Map<String, String> files = new TreeMap<>();
    String all = HelmChart.template(HelmChart.KUBERNETES, values);
    for (String part : all.split("(?m)^---$", -1)) {
      if (!part.contains(SOURCE)) {
        continue;
      }
      int from = part.indexOf(SOURCE) + SOURCE.length();
      int to = part.indexOf('\n', from);
      String object = withoutManager(part.substring(to + 1).strip()) + "\n";
      files.merge(part.substring(from, to), HEAD + object, (a, b) -> a + "---\n" + object);
    }
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
