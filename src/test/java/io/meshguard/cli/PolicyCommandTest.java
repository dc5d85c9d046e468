package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {

  private final Path dir;

  PolicyCommandTest(@TempDir Path dir) {
    this.dir = dir;
  }

  @Test
  void checkNamesEveryMistakeWithItsPlace() {
    String good = Shop.write(dir, "good.yaml", Shop.policy("implicit-retries", "fix"));
    String bad = Shop.write(dir, "bad.yaml", "rules:\n  implicit-retrys: deny\nlangage: en\n");

    assertThat(Ran.of("policy", "check", good)).isEqualTo(new Ran(0, good + ": can be used\n", ""));
    Ran ran = Ran.of("policy", "check", good, bad);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).contains(bad + ":2:3: ", "implicit-retries", bad + ":3:1: ", "language");
    assertThat(Ran.of("policy", "check", dir.resolve("nowhere").toString()).exitCode())
        .isEqualTo(2);
    assertThat(Ran.fed("rules: {}\n", "policy", "check", "-").exitCode()).isEqualTo(0);
    assertThat(Ran.of("policy").exitCode()).isEqualTo(2);
  }

  @Test
  void showSaysWhatSetsAMode() {
    String file =
        Shop.write(
            dir,
            "policy.yaml",
            """
            rules:
              implicit-retries: warn
            overrides:
            - namespaces: ["prod-*"]
              rules: {implicit-retries: deny}
            """);

    Ran show =
        Ran.of("policy", "show", "--policy", file, "-n", "prod-a", "--rule", "implicit-retries");
    assertThat(show.out()).containsPattern("implicit-retries +deny +deny +\\S*policy.yaml:5");
    assertThat(show.out().lines()).hasSize(4);
    assertThat(Ran.of("policy", "show", "--policy", file).out())
        .containsPattern("implicit-retries +warn +warn +\\S*policy.yaml:2");
    assertThat(Ran.of("policy", "show").out())
        .containsPattern("implicit-retries +off +off +default");
    assertThat(Ran.of("policy", "show", "--rule", "implicit-retry").err())
        .contains("did you mean implicit-retries?");
  }

  @Test
  void diffSaysWhichFindingsChange() {
    String routes = Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String warn = Shop.write(dir, "warn.yaml", Shop.policy("implicit-retries", "warn"));
    String deny = Shop.write(dir, "deny.yaml", Shop.policy("implicit-retries", "deny"));
    String none = Shop.write(dir, "none.yaml", "{}\n");

    Ran ran = Ran.of("policy", "diff", warn, deny, routes);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith("warn -> deny [implicit-retries] VirtualService shop/ratings spec.http[0]: ")
        .endsWith("\n1 finding changes\n");
    assertThat(Ran.of("policy", "diff", none, warn, routes).out()).startsWith("off -> warn ");
    assertThat(Ran.of("policy", "diff", warn, warn, routes))
        .isEqualTo(new Ran(0, "0 findings change\n", ""));
  }
}
