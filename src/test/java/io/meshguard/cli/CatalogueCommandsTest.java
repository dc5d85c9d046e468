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
