package io.meshguard.report;

import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.yaml.Position;
import java.util.List;
import java.util.Optional;

/** Workflow commands of GitHub Actions, which show findings beside the lines they are about. */
final class GithubFormat implements Format {

  /** More annotations of one level a step are not shown beside their lines, and nobody is told. */
  private static final int MOST_OF_A_LEVEL = 10;

  private final ReportStyle style;

  GithubFormat(ReportStyle style) {
    this.style = style;
  }

  @Override
  public String write(CheckReport outcome, Language language) {
    StringBuilder text = new StringBuilder();
    List<GradedFinding> shown =
        outcome.findings().stream().filter(judged -> !judged.exempt()).toList();
    long denials = shown.stream().filter(judged -> judged.mode() == Mode.DENY).count();
    long errors = denials + outcome.errors().size();
    long warnings = shown.size() - denials;
    if (Math.max(errors, warnings) > MOST_OF_A_LEVEL) {
      String note = FindingText.say(language, "github.limit", errors, warnings, MOST_OF_A_LEVEL);
      text.append("::notice title=meshguard::").append(data(note)).append('\n');
    }
    for (GradedFinding judged : shown) {
      command(
          text,
          judged.mode() == Mode.DENY ? "error" : "warning",
          FileLocation.file(judged.finding()),
          FileLocation.position(judged.finding()),
          judged.finding().rule().id(),
          Headline.of(judged.finding(), language) + FindingText.aside(judged, language));
    }
    for (InputError error : outcome.errors()) {
      command(text, "error", error.file(), error.position(), "unreadable", error.message());
    }
    return text.toString();
  }

  private void command(
      StringBuilder text,
      String command,
      String file,
      Optional<Position> position,
      String title,
      String message) {
    text.append("::").append(command).append(" title=").append(property("meshguard " + title));
    if (FileLocation.isFile(file)) {
      text.append(",file=").append(property(style.paths().apply(file)));
      position.ifPresent(at -> text.append(",line=" + at.line() + ",col=" + at.column()));
    }
    text.append("::").append(data(message)).append('\n');
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
