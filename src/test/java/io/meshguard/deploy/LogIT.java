package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged server writes to its log. */
final class LogIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Kubernetes tells every Pod of its API server. */
  private static final Map<String, String> POD = Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1");

  static final String DENIED =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
        "uid":"705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind":{"group":"networking.istio.io","version":"v1","kind":"VirtualService"},
        "resource":{"group":"networking.istio.io","version":"v1","resource":"virtualservices"},
        "name":"shop","namespace":"shop","operation":"CREATE",
        "userInfo":{"username":"jane\\nforged","groups":["system:authenticated"]},
        "object":{"apiVersion":"networking.istio.io/v1","kind":"VirtualService",
          "metadata":{"name":"shop","namespace":"shop"},
          "spec":{"hosts":["shop"],"http":[
            {"route":[{"destination":{"host":"shop"}}]},
            {"match":[{"uri":{"prefix":"/late"}}],"route":[{"destination":{"host":"other"}}]}]}},
        "oldObject":null,"dryRun":false,"options":null}}
      """;

  @TempDir Path folder = Path.of("");

  @Test
  void inAPodEachLineIsJsonAndADenialIsOneLineWithFields() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    try (PackagedServer server = PackagedServer.start(folder, POD)) {
      assertThat(server.post("/validate", DENIED, Map.of())).contains("\"allowed\":false");
      for (String line : server.log().lines().toList()) {
        lines.add(json(line));
      }
    }

    assertThat(lines).allSatisfy(line -> assertThat(line.path("level").asText()).isNotEmpty());
    List<JsonNode> denials =
        lines.stream()
            .filter(line -> line.path("loggerName").asText().equals("io.meshguard.review"))
            .toList();
    assertThat(denials).hasSize(1);
    JsonNode denial = denials.get(0);
    assertThat(denial.path("level").asText()).isEqualTo("INFO");
    assertThat(denial.path("timestamp").asText()).startsWith("20");
    assertThat(denial.path("mdc"))
        .isEqualTo(
            JSON.createObjectNode()
                .put("object", "VirtualService shop/shop")
                .put("user", "jane\\u000Aforged")
                .put("rules", "unreachable-route")
                .put("ref", "705ab4f5"));
    assertThat(denial.path("message").asText())
        .isEqualTo(
            "denied VirtualService shop/shop of jane\\u000Aforged: unreachable-route,"
                + " ref 705ab4f5");
  }

  @Test
  void elsewhereLinesAreForPeopleUnlessSomebodyWantsJson() throws Exception {
    try (PackagedServer server = PackagedServer.start(folder, Map.of())) {
      assertThat(server.log().lines()).noneMatch(line -> line.startsWith("{"));
    }
    Map<String, String> wanted = Map.of("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
    try (PackagedServer server = PackagedServer.start(folder, wanted)) {
      assertThat(server.log().lines()).allMatch(line -> line.startsWith("{"));
    }
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
