package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/editors.md shows can be used as it stands. */
final class EditorsDocsTest {

  private static final Path PAGE = Path.of("docs", "editors.md");

  private static List<String> blocks(String language) throws Exception {
    List<String> blocks = new ArrayList<>();
    String[] parts = Files.readString(PAGE).split("```", -1);
    for (int i = 1; i < parts.length; i += 2) {
      if (parts[i].startsWith(language + "\n")) {
        blocks.add(parts[i].substring(language.length()));
      }
    }
    return blocks;
  }

  @Test
  void commandsRun() throws Exception {
    List<String> commands =
        Files.readString(PAGE).lines().filter(line -> line.startsWith("    meshguard ")).toList();
    assertThat(commands).hasSize(2);
    for (String command : commands) {
      String said = command.strip().substring("meshguard ".length());
      String[] words = (said.endsWith("--help") ? said : said + " --help").split(" ");
      assertThat(Ran.of(words).exitCode()).as(command).isEqualTo(0);
    }
    assertThat(Ran.of("lsp", "--help").out())
        .contains("docs/editors.md", "--policy", "--istio-version", "--mesh", "--config");
  }

  @Test
  void settingsAreJsonAndNameFilesThatExist() throws Exception {
    List<String> blocks = blocks("json");
    assertThat(blocks).hasSize(4);
    for (String block : blocks) {
      JsonNode json = new ObjectMapper().readTree(block);
      json.path("yaml.schemas")
          .fieldNames()
          .forEachRemaining(file -> assertThat(Path.of(file)).exists());
    }
  }

  @Test
  void everyEditorStartsTheCommandThatThereIs() throws Exception {
    for (String language : List.of("js", "lua", "elisp", "toml")) {
      assertThat(blocks(language)).as(language).isNotEmpty();
      assertThat(String.join("", blocks(language))).contains("meshguard").contains("lsp");
    }
  }
}
