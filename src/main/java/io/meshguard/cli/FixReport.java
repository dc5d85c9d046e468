package io.meshguard.cli;

import io.meshguard.lint.FixedTexts.Done;
import io.meshguard.lint.FixedTexts.Refusal;
import io.meshguard.report.FindingText;
import io.meshguard.report.Paint;
import io.meshguard.rule.Fix;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.UnifiedDiff;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells what was fixed, what would be, and what could not be. */
final class FixReport {

  private static final int MOST_NAMED = 10;

  private final Console console;
  private final Language language;

  FixReport(Console console, Language language) {
    this.console = console;
    this.language = language;
  }

  /** Says of each finding that is gone where it stood and what was done. */
  void done(List<Done> done, PrintStream out) {
    Paint paint = out == console.out() ? console.paint() : Paint.PLAIN;
    for (Done fixed : done) {
      String what = fixed.judged().finding().fix().map(Fix::done).map(language::render).orElse("");
      out.println(
          paint.bold(SafeText.escape(fixed.file().toString()) + ":")
              + " "
              + paint.green(console.say("fix.fixed"))
              + " ["
              + fixed.judged().finding().rule().id()
              + "] "
              + Headline.where(fixed.judged().finding())
              + ": "
              + what);
    }
  }

  /** Says how much would be fixed. */
  void wouldBeDone(List<Done> done) {
    long files = done.stream().map(Done::file).distinct().count();
    console.tell(done.isEmpty() ? "fix.nothing" : "fix.would", done.size(), files);
  }

  /** Says what could not be fixed in its file, and what to change there. */
  void refused(List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      console.tell(
          "fix.refused",
          FindingText.object(refusal.object().ref()),
          SafeText.escape(refusal.object().origin().file()),
          ForeignText.of(refusal.reason()));
      refusal.diff().forEach(line -> console.err().println(SafeText.escape(line)));
    }
  }

  /** Says which files were left as they are because only a symbolic link leads to them. */
  void linked(List<String> files) {
    if (!files.isEmpty()) {
      String named = files.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
      String shown = SafeText.escape(files.size() > MOST_NAMED ? named + ", …" : named);
      String key = files.size() == 1 ? "links.one" : "links.many";
      console.tell(key, files.size(), shown);
    }
  }

  /** Shows what would change. */
  void diff(Map<Path, String> before, Map<Path, String> after) {
    before.forEach(
        (file, text) -> {
          String now = after.getOrDefault(file, text);
          UnifiedDiff.of(file.toString(), text, now).forEach(this::line);
        });
  }

  private void line(String line) {
    Paint paint = console.paint();
    String shown = console.outTerminal() ? SafeText.escape(line.replace("\t", "    ")) : line;
    if (line.startsWith("+++") || line.startsWith("---")) {
      shown = paint.bold(shown);
    } else if (line.startsWith("@@")) {
      shown = paint.cyan(shown);
    } else if (line.startsWith("+")) {
      shown = paint.green(shown);
    } else if (line.startsWith("-")) {
      shown = paint.red(shown);
    }
    console.out().print(shown + "\n");
  }
}
