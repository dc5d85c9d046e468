package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Subject;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import io.meshguard.yaml.YamlReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new rule may deny in files while it only warns in a cluster. */
final class ModesInFilesTest {

  private static final String RETRIES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: catalog, namespace: shop}
      spec:
        hosts: [catalog]
        http:
        - retries: {attempts: 2, retryOn: retryable-status-codez}
          route: [{destination: {host: catalog}}]
      """;

  @Test
  void checkDeniesWhatTheWebhookOnlyWarnsOfYet(@TempDir Path directory) throws Exception {
    String file = Files.writeString(directory.resolve("a.yaml"), RETRIES).toString();

    Ran ran = Ran.of("check", file);

    assertThat(ran.out()).contains("deny [invalid-retry-condition]");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(inCluster("invalid-retry-condition")).isEqualTo(Mode.WARN);
    assertThat(inCluster("unreachable-route")).isEqualTo(Mode.DENY);
  }

  @Test
  void aPolicyThatNamesTheRuleDecides(@TempDir Path directory) throws Exception {
    String file = Files.writeString(directory.resolve("a.yaml"), RETRIES).toString();
    for (String rules : List.of("{invalid-retry-condition: warn}", "{\"*\": warn}")) {
      Path policy = Files.writeString(directory.resolve("policy"), "rules: " + rules + "\n");

      Ran ran = Ran.of("check", "--policy", policy.toString(), file);

      assertThat(ran.out()).as(rules).contains("warn [invalid-retry-condition]");
      assertThat(ran.exitCode()).as(rules).isZero();
    }
  }

  private static Mode inCluster(String id) {
    RuleInfo rule =
        Catalogue.infos().stream().filter(info -> info.id().equals(id)).findFirst().orElseThrow();
    Resource object = Resource.of(YamlReader.readOne(RETRIES).tree(), "shop", Origin.NONE);
    return Policy.defaults(Catalogue.infos(), Version.of("0.1.0"))
        .decide(rule, new Subject(object, Map.of(), Optional.empty(), LocalDate.of(2026, 3, 1)))
        .mode();
  }
}
