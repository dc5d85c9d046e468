package io.meshguard.report;

import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.yaml.Position;
import java.util.Optional;

/** Workflow commands of GitHub Actions, which show findings beside the lines they are about. */
final class GithubFormat implements Format {

  @Override
  public String write(CheckReport outcome, Language language) {
    StringBuilder text = new StringBuilder();
    for (GradedFinding judged : outcome.findings()) {
      if (!judged.exempt()) {
        String because = FindingText.because(judged, language).map(b -> " (" + b + ")").orElse("");
        command(
            text,
            judged.mode() == Mode.DENY ? "error" : "warning",
            FileLocation.file(judged.finding()),
            FileLocation.position(judged.finding()),
            judged.finding().rule().id(),
            Headline.of(judged.finding(), language) + because);
      }
    }
    for (InputError error : outcome.errors()) {
      command(text, "error", error.file(), error.position(), "unreadable", error.message());
    }
    return text.toString();
  }

  private static void command(
      StringBuilder text,
      String command,
      String file,
      Optional<Position> position,
      String title,
      String message) {
    text.append("::").append(command).append(" title=").append(property("meshguard " + title));
    if (!file.isEmpty() && !file.equals("-")) {
      text.append(",file=").append(property(file));
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
