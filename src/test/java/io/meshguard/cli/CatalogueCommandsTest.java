package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueCommandsTest {

  @Test
  void rulesListsEveryRule() throws Exception {
    Ran table = Ran.of("rules");
    for (RuleInfo info : Catalogue.infos()) {
      assertThat(table.out())
          .containsPattern("(?m)^" + info.id() + " +\\S+ +" + info.defaultMode().text());
    }
    assertThat(table.out()).startsWith("RULE ").contains("\n  18  Traces are incomplete\n");
    assertThat(table.exitCode()).isEqualTo(0);

    JsonNode json = new ObjectMapper().readTree(Ran.of("rules", "-o", "json").out());
    assertThat(json.path("rules")).hasSize(Catalogue.infos().size());
    assertThat(json.findValues("id").stream().map(JsonNode::asText))
        .containsExactlyElementsOf(Catalogue.infos().stream().map(RuleInfo::id).toList());
  }

  @Test
  void explainShowsThePageInTheLanguageOfTheReader() {
    for (RuleInfo info : Catalogue.infos()) {
      assertThat(Ran.of("explain", info.id()).out()).startsWith("# " + info.id() + "\n");
    }
    Ran english = Ran.of("explain", "implicit-retries");
    assertThat(english.out()).contains("## Why").doesNotContain("## 中文");
    Ran chinese = Ran.of("explain", "implicit-retries", "--language", "zh");
    assertThat(chinese.out()).startsWith("# implicit-retries\n").doesNotContain("## Why");
    assertThat(chinese.out()).contains("重试");
    Map<String, String> locale = Map.of("LANG", "zh_CN.UTF-8");
    assertThat(Ran.with("", locale, false, "explain", "implicit-retries")).isEqualTo(chinese);
  }

  @Test
  void unknownRuleIsSaidWithWhatIsMeant() {
    Ran ran = Ran.of("explain", "implicit-retrys");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo("meshguard: unknown rule \"implicit-retrys\"; did you mean implicit-retries?\n");
    assertThat(Ran.of("explain", "../../x").err()).contains("'meshguard rules' lists them");
    assertThat(Ran.of("explain").exitCode()).isEqualTo(2);
  }

  @Test
  void explainSaysWhatASymptomMeans() throws Exception {
    Ran ran = Ran.of("explain", "426");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .startsWith("# 426 Upgrade Required\n")
        .contains("- http10-client (426 DPE low_version", "meshguard trace --access-log")
        .contains("- 13. Status 426 Upgrade Required");
    assertThat(Ran.of("explain", "uo").out())
        .startsWith("# UO UpstreamOverflow\n")
        .contains("why it is missing")
        .contains("- connection-limit-without-pending-limit (503 UO ");
    assertThat(Ran.of("explain", "503", "UF,URX")).isEqualTo(Ran.of("explain", "503 UF,URX"));
    assertThat(Ran.of("explain", "503 NC").out())
        .startsWith("# 503 NC\n\nRules that find causes:\n")
        .contains("- unknown-destination (503 NC cluster_not_found): ")
        .doesNotContain("subset-without-workload")
        .contains("# 503 Service Unavailable", "# NC NoClusterFound");
    assertThat(Ran.of("explain", "403 UMSDR").out()).contains("No rule finds a cause");
    assertThat(Ran.of("explain", "-").out()).startsWith("# - no flag\n");
    assertThat(Ran.of("explain", "NC", "--language", "zh").out()).contains("能找到原因的规则");

    JsonNode json = new ObjectMapper().readTree(Ran.of("explain", "404", "-o", "json").out());
    assertThat(json.at("/symptoms/0/code").asText()).isEqualTo("404");
    assertThat(json.at("/rules").findValuesAsText("id")).contains("host-outside-gateway");
    JsonNode page =
        new ObjectMapper().readTree(Ran.of("explain", "glob-in-match", "-o", "json").out());
    assertThat(page.at("/rule").asText()).isEqualTo("glob-in-match");
  }

  @Test
  void unknownSymptomsAreSaidWithThoseThatAreKnown() {
    Ran near = Ran.of("explain", "503", "UFX");
    assertThat(near.exitCode()).isEqualTo(2);
    assertThat(near.err()).startsWith("meshguard: unknown symptom \"UFX\"; did you mean UF?");
    assertThat(near.err()).contains("Known are reset, 400, ");
    assertThat(Ran.of("explain", "599").err()).contains("unknown symptom \"599\"");
    assertThat(Ran.of("explain", "404 nothing-like-it").err())
        .contains("unknown symptom \"nothing-like-it\"; known are");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (String command : new String[] {"check", "rules", "explain", "policy"}) {
      Ran ran = Ran.of(command, "--help");
      assertThat(ran.exitCode()).isEqualTo(0);
      assertThat(ran.out()).contains("Examples:", "meshguard " + command);
    }
    for (String command : new String[] {"check", "show", "diff"}) {
      assertThat(Ran.of("policy", command, "--help").out()).contains("Examples:");
    }
  }

  @Test
  void completionIsGenerated() {
    Ran ran = Ran.of("generate-completion");
    assertThat(ran.exitCode()).isEqualTo(0);
    assertThat(ran.out()).contains("_complete_meshguard", "--fail-on");
  }
}
