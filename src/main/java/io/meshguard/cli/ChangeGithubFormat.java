package io.meshguard.cli;

import io.meshguard.change.Change;
import io.meshguard.change.Place;
import io.meshguard.files.Sources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Workflow commands of GitHub Actions, which show changes beside the lines that cause them. */
final class ChangeGithubFormat {

  private final ChangeWords words;

  ChangeGithubFormat(ChangeWords words) {
    this.words = words;
  }

  String write(ChangeFormat.Result result) {
    StringBuilder text = new StringBuilder();
    for (Change change : result.report().changes()) {
      String level = change.breaks() ? "error" : change.isLimitsOnly() ? "notice" : "warning";
      command(text, level, ChangeWords.main(change), sentence(change));
    }
    result
        .report()
        .vanished()
        .forEach(
            title -> command(text, "error", Optional.empty(), words.say("diff.vanished", title)));
    result
        .report()
        .appeared()
        .forEach(
            title -> command(text, "notice", Optional.empty(), words.say("diff.appeared", title)));
    String summary =
        result.before() + " -> " + result.after() + ": " + words.summary(result.report());
    command(text, "notice", Optional.empty(), summary);
    result
        .report()
        .open()
        .forEach(open -> command(text, "warning", Optional.empty(), words.open(open)));
    return text.toString();
  }

  private String sentence(Change change) {
    List<String> conditions = words.conditions(change);
    String subject =
        words.subject(change)
            + (conditions.isEmpty() ? "" : " (" + String.join(", ", conditions) + ")");
    String what =
        change.isLimitsOnly()
            ? change.limits().stream().map(words::limit).collect(Collectors.joining("; "))
            : words.before(change) + " -> " + words.after(change);
    return subject + ": " + what + " [" + String.join("; ", words.where(change)) + "]";
  }

  private static void command(
      StringBuilder text, String level, Optional<Place> place, String message) {
    text.append("::").append(level).append(" title=meshguard diff");
    place
        .map(one -> one.object().origin().file())
        .filter(file -> !file.isEmpty() && !file.equals(Sources.STDIN))
        .ifPresent(file -> text.append(",file=").append(property(file)));
    place
        .filter(one -> !one.object().origin().file().isEmpty())
        .flatMap(one -> one.object().origin().position(one.pointer()))
        .ifPresent(at -> text.append(",line=" + at.line() + ",col=" + at.column()));
    text.append("::").append(data(message)).append('\n');
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
