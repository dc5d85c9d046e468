package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;
import io.meshguard.rule.Safety;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** For people: one block of lines a finding, then a summary. */
final class TextFormat implements Format {

  private static final String INDENT = "    ";

  private final ReportStyle style;
  private final Paint paint;

  TextFormat(ReportStyle style) {
    this.style = style;
    this.paint = style.paint();
  }

  @Override
  public String write(CheckReport outcome, Language language) {
    StringBuilder text = new StringBuilder();
    Excerpt excerpt = new Excerpt(style.excerpts() ? outcome.texts() : Map.of());
    if (outcome.owners().isPresent()) {
      outcome.byOwner().forEach(group -> group(group, excerpt, outcome, language, text));
    } else {
      outcome.findings().forEach(judged -> finding(judged, excerpt, outcome, language, text));
    }
    for (InputError error : outcome.errors()) {
      String place = FileLocation.of(error.file(), error.position());
      String message = say(language, "text.error", verbatim(SafeText.escape(error.message())));
      text.append(paint.bold(place + ":")).append(' ').append(paint.red(message)).append('\n');
    }
    text.append(summary(outcome, language)).append('\n');
    outcome.inventory().ifPresent(inventory -> text.append(InventoryText.of(inventory, language)));
    return text.toString();
  }

  private void group(
      OwnerGroup group,
      Excerpt excerpt,
      CheckReport outcome,
      Language language,
      StringBuilder text) {
    text.append(paint.bold(OwnerText.heading(group, language))).append('\n');
    group.findings().forEach(judged -> finding(judged, excerpt, outcome, language, text));
    text.append('\n');
  }

  private void finding(
      GradedFinding judged,
      Excerpt excerpt,
      CheckReport outcome,
      Language language,
      StringBuilder text) {
    String file = FileLocation.file(judged.finding());
    if (!file.isEmpty()) {
      String place = FileLocation.of(file, FileLocation.position(judged.finding()));
      text.append(paint.bold(place + ":")).append(' ');
    }
    text.append(mode(judged, language)).append(' ');
    text.append(Headline.of(judged.finding(), language)).append('\n');
    excerpt.of(judged.finding()).ifPresent(line -> excerpt(line, text));
    FindingText.because(judged, language)
        .ifPresent(because -> detail(text, say(language, "text.because", verbatim(because))));
    if (judged.exempt()) {
      return;
    }
    judged
        .finding()
        .witness()
        .flatMap(Curl::of)
        .ifPresent(curl -> detail(text, say(language, "text.try", verbatim(curl))));
    judged
        .finding()
        .witness()
        .flatMap(Curl::hidden)
        .ifPresent(
            name -> detail(text, say(language, "text.hidden", verbatim(SafeText.escape(name)))));
    judged.finding().fix().ifPresent(fix -> fix(fix, judged, language, text));
    outcome.url(judged.finding().rule().id()).ifPresent(url -> detail(text, url));
  }

  private void fix(Fix fix, GradedFinding judged, Language language, StringBuilder text) {
    String title = language.render(fix.title());
    if (fix.safety() == Safety.MANUAL) {
      detail(text, say(language, "text.advice", verbatim(title)));
      return;
    }
    String safety = fix.safety().text();
    detail(text, say(language, "text.fix", verbatim(safety), verbatim(title)));
    Fragment.of(judged.finding())
        .ifPresent(yaml -> yaml.lines().forEach(line -> detail(text, "  " + paint.green(line))));
    String file = FileLocation.file(judged.finding());
    if (!judged.finding().isCertain()) {
      detail(text, say(language, "text.unsure"));
    } else if (!file.isEmpty() && !file.equals("-")) {
      boolean unsafe = fix.safety() == Safety.UNSAFE && judged.mode() != Mode.FIX;
      String command =
          "meshguard check --fix "
              + (unsafe ? "--unsafe-fixes " : "")
              + ShellWord.of(SafeText.escape(file));
      detail(text, say(language, "text.apply", verbatim(command)));
    }
  }

  private void excerpt(Excerpt.Line line, StringBuilder text) {
    String number = Integer.toString(line.number());
    String margin = " ".repeat(number.length());
    detail(text, paint.dim(number + " |") + " " + line.text());
    detail(text, paint.dim(margin + " |") + " ".repeat(line.before() + 1) + paint.bold("^"));
  }

  private String mode(GradedFinding judged, Language language) {
    if (judged.exempt()) {
      return paint.dim(say(language, "summary.exempt"));
    }
    return switch (judged.mode()) {
      case DENY -> paint.red(judged.mode().text());
      case WARN -> paint.yellow(judged.mode().text());
      case FIX -> paint.cyan(judged.mode().text());
      case OFF -> paint.dim(judged.mode().text());
    };
  }

  private static void detail(StringBuilder text, String line) {
    text.append(INDENT).append(line).append('\n');
  }

  /** Returns how many of what there is, in a line or several. */
  static String summary(CheckReport outcome, Language language) {
    CheckReport.Summary numbers = outcome.summary();
    List<String> lines = new ArrayList<>();
    Object objects = verbatim(say(language, "summary.objects", numbers.objects()));
    if (numbers.findings() == 0) {
      lines.add(say(language, "summary.clean", objects));
    } else {
      String all =
          FindingText.counts(
              numbers.deny(), numbers.warn(), numbers.fix(), numbers.exempt(), language);
      lines.add(say(language, "summary.findings", objects, numbers.findings(), verbatim(all)));
    }
    if (numbers.fixable() > 0) {
      lines.add(say(language, "summary.fixable", numbers.fixable()));
    }
    if (outcome.switchedOff() > 0) {
      lines.add(say(language, "summary.off", outcome.switchedOff()));
    }
    if (!outcome.errors().isEmpty()) {
      lines.add(say(language, "summary.errors", outcome.errors().size()));
    }
    return String.join("\n", lines);
  }

  private static String say(Language language, String key, Object... arguments) {
    return FindingText.say(language, key, arguments);
  }
}
