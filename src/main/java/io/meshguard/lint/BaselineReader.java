package io.meshguard.lint;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.report.InputError;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Origin;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads baselines. */
public final class BaselineReader {

  private final String file;
  private final Language language;
  private final List<InputError> errors = new ArrayList<>();

  private BaselineReader(String file, Language language) {
    this.file = file;
    this.language = language;
  }

  /**
   * What became of reading a baseline.
   *
   * @param baseline the baseline; to be used only where there are no errors
   * @param errors what is wrong with it
   */
  public record Result(Baseline baseline, List<InputError> errors) {
    public Result {
      errors = List.copyOf(errors);
    }
  }

  /** Reads a text. */
  public static Result read(String file, String text, Language language) {
    BaselineReader reader = new BaselineReader(file, language);
    List<Baseline.Entry> entries = reader.entries(text);
    return new Result(new Baseline(entries), reader.errors);
  }

  private List<Baseline.Entry> entries(String text) {
    List<Baseline.Entry> entries = new ArrayList<>();
    try {
      YamlDocument document = YamlReader.readOne(text);
      Origin origin = new Origin(file, 0, JsonPointer.empty(), document.positions(), false);
      Cursor root = Cursor.root(document.tree());
      int version = root.at("version").node().asInt(0);
      if (version != Baseline.VERSION) {
        error(
            origin.position(root.at("version").pointer()),
            version > Baseline.VERSION
                ? LintText.of("baseline.newer", version, Baseline.VERSION)
                : LintText.of("baseline.version"));
        return List.of();
      }
      Cursor list = root.at("findings");
      if (list.isPresent() && !list.isArray()) {
        error(origin.position(list.pointer()), LintText.of("baseline.findings"));
      }
      for (Cursor item : list.each()) {
        String fingerprint = item.at("fingerprint").text("");
        if (fingerprint.isEmpty()) {
          error(origin.position(item.pointer()), LintText.of("baseline.fingerprint"));
        }
        entries.add(
            new Baseline.Entry(
                fingerprint,
                item.at("rule").text(""),
                item.at("object").text(""),
                item.at("file").text("")));
      }
    } catch (YamlException e) {
      error(
          Optional.of(e.position()),
          ForeignText.of(SafeText.escape(String.valueOf(e.getMessage()))));
    }
    return entries;
  }

  private void error(Optional<Position> position, Message message) {
    errors.add(new InputError(file, position, language.render(message)));
  }
}
