package io.meshguard.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The dashboard that the chart installs. */
final class Dashboard {

  static final Path FILE = HelmChart.FOLDER.resolve("files").resolve("dashboard.json");

  private Dashboard() {}

  static JsonNode tree() {
    try {
      return new ObjectMapper().readTree(Golden.read(FILE));
    } catch (JsonProcessingException e) {
      throw new AssertionError(FILE.toString(), e);
    }
  }

  /** Returns the expressions by panel and query, variables replaced as Grafana would. */
  static Map<String, String> expressions() {
    Map<String, String> expressions = new TreeMap<>();
    for (JsonNode panel : tree().path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String key = panel.path("id").asText() + "_" + target.path("refId").asText();
        expressions.put(
            key,
            target
                .path("expr")
                .asText()
                .replace("$__rate_interval", "5m")
                .replace("$namespace", ".*")
                .replace("$job", ".*"));
      }
    }
    return expressions;
  }
}
