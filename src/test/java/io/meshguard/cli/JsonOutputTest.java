package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonOutputTest {

  private final Path dir;

  JsonOutputTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void reportHasTheShapeThatIsPublished() throws Exception {
    String service = Shop.write(dir, "service.yaml", Shop.SERVICE);
    String routes = Shop.write(dir, "routes.yaml", Shop.NO_MESH);

    JsonNode report = valid(Ran.of("check", "-o", "json", service, routes).out());

    JsonNode finding = report.at("/findings/0");
    String fingerprint = finding.path("fingerprint").asText();
    assertThat(fingerprint).hasSize(20);
    assertThat(report)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"version":1,
                     "summary":{"objects":2,"findings":1,"deny":0,"warn":1,"fix":0,"exempt":0,"fixable":1},
                     "findings":[{"rule":"mesh-gateway-omitted","mode":"warn","configured":"warn",
                       "object":{"apiVersion":"networking.istio.io/v1","kind":"VirtualService",
                                 "namespace":"shop","name":"ratings"},
                       "path":"/spec/gateways","file":"FILE","line":9,"column":3,
                       "message":"gateways does not list \\"mesh\\", so calls from inside the mesh to ratings do not follow these routes",
                       "fingerprint":"PRINT",
                       "fix":{"title":"add \\"mesh\\" to gateways","safety":"unsafe",
                              "patch":[{"op":"add","path":"/spec/gateways/-","value":"mesh"}]}}],
                     "errors":[]}
                    """
                        .replace("FILE", routes)
                        .replace("PRINT", fingerprint)));
  }

  @Test
  void everyKindOfOutcomeIsValid() throws Exception {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String broken = Shop.write(dir, "broken.yaml", "a: [\n");
    String policy =
        Shop.write(
            dir,
            "policy.yml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: meshguard-policy}
            data:
              implicit-retries: fix
              enforcement: warn
              policy.yaml: "docsUrl: https://docs.example/rules"
            """);

    JsonNode empty = valid(Ran.fed("", "check", "-o", "json", "-").out());
    assertThat(empty.at("/summary/objects").asInt()).isZero();
    Ran ran = Ran.of("check", "-o", "json", "--policy", policy, routes, broken, "nowhere");
    JsonNode report = valid(ran.out());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(report.at("/findings/0/because").asText()).isEqualTo("enforcement");
    assertThat(report.at("/findings/0/configured").asText()).isEqualTo("fix");
    assertThat(report.at("/findings/0/url").asText())
        .isEqualTo("https://docs.example/rules/implicit-retries");
    assertThat(report.at("/errors")).hasSize(2);
    assertThat(report.at("/errors/1/line").asInt()).isEqualTo(2);
  }

  @Test
  void reportsGoToFilesToo() throws Exception {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    Path json = dir.resolve("out.json");
    Ran ran = Ran.of("check", "-o", "json=" + json, "-o", "text", routes);
    assertThat(ran.out()).contains("1 object checked");
    valid(Files.readString(json));
    Ran nowhere = Ran.of("check", "-o", "json=" + dir.resolve("no/such/folder.json"), routes);
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("cannot write");
  }

  static JsonNode valid(String text) throws Exception {
    JsonNode report = new ObjectMapper().readTree(text);
    try (InputStream schema =
        JsonOutputTest.class.getResourceAsStream("/docs/schema/report.schema.json")) {
      assertThat(
              JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                  .getSchema(schema)
                  .validate(report))
          .isEmpty();
    }
    return report;
  }
}
