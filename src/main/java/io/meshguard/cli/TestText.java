package io.meshguard.cli;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.expect.Coverage;
import io.meshguard.expect.Judgement;
import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.expect.RequestFinder;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.report.Paint;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;
import io.meshguard.trace.TraceResult;
import io.meshguard.traceview.TraceText;

/** What came of route tests, for people. */
final class TestText {

  private static final String INDENT = "        ";

  private final Paint paint;
  private final Language language;
  private final StringBuilder text = new StringBuilder();

  TestText(Paint paint, Language language) {
    this.paint = paint;
    this.language = language;
  }

  String write(TestReport report) {
    report
        .mistakes(language)
        .forEach(line -> text.append(paint.red(SafeText.escape(line))).append('\n'));
    String file = "";
    for (Judgement judgement : report.judgements()) {
      if (!judgement.test().file().equals(file)) {
        file = judgement.test().file();
        text.append(paint.bold(SafeText.escape(file))).append('\n');
      }
      judgement(judgement);
    }
    text.append(summary(report)).append('\n');
    report.coverage().ifPresent(this::coverage);
    return text.toString();
  }

  private void judgement(Judgement judgement) {
    Verdict verdict = judgement.verdict();
    String word = say("test.verdict." + verdict.name());
    String painted =
        switch (verdict) {
          case PASSED -> paint.green(word);
          case FAILED, UNUSABLE -> paint.red(word);
          case UNCERTAIN -> paint.yellow(word);
        };
    text.append("  ").append(painted).append("  ");
    text.append(SafeText.escape(judgement.test().name()));
    if (verdict == Verdict.PASSED) {
      text.append('\n');
      return;
    }
    text.append("  ").append(paint.dim(SafeText.escape(TestReport.place(judgement))));
    text.append('\n');
    TestReport.differences(judgement, language)
        .forEach(line -> text.append(INDENT).append(SafeText.escape(line)).append('\n'));
    TraceText traces = new TraceText(paint, language);
    for (TraceResult trace : judgement.results()) {
      traces.text(trace).lines().forEach(line -> text.append(INDENT).append(line).append('\n'));
    }
  }

  private String summary(TestReport report) {
    return say(
        "test.summary",
        report.judgements().size(),
        report.count(Verdict.PASSED),
        report.count(Verdict.FAILED),
        report.count(Verdict.UNCERTAIN),
        report.count(Verdict.UNUSABLE));
  }

  private void coverage(Coverage coverage) {
    text.append(
            say(
                "test.coverage",
                coverage.reached(),
                coverage.items().size(),
                percent(coverage.reached(), coverage.items().size())))
        .append('\n');
    for (Coverage.Type type : Coverage.Type.values()) {
      long all = coverage.items().stream().filter(item -> item.type() == type).count();
      long reached =
          coverage.items().stream().filter(item -> item.type() == type && item.reached()).count();
      if (all > 0) {
        text.append("  ").append(say("test.coverage." + type.name(), reached, all)).append('\n');
      }
    }
    if (!coverage.missed().isEmpty()) {
      text.append(say("test.missed")).append('\n');
    }
    for (Coverage.Item item : coverage.missed()) {
      text.append("  ").append(item.object().ref()).append(' ').append(path(item.pointer()));
      text.append(paint.dim(file(item.object(), item.pointer()))).append('\n');
      String request = item.request().map(TestText::request).orElseGet(() -> say("test.noRequest"));
      text.append(INDENT).append(SafeText.escape(request)).append('\n');
    }
  }

  /** Returns a request as options of {@code meshguard trace}. */
  static String request(RequestFinder.Found found) {
    String option = found.entry().type() == Entry.Type.AT ? " --at " : " --from ";
    return found.written().text() + option + found.entry().text();
  }

  static long percent(long part, long all) {
    return all == 0 ? 100 : part * 100 / all;
  }

  /** {@code /spec/http/0/match/1} is {@code spec.http[0].match[1]}. */
  static String path(JsonPointer pointer) {
    StringBuilder path = new StringBuilder();
    for (JsonPointer at = pointer; !at.matches(); at = at.tail()) {
      if (at.mayMatchElement()) {
        path.append('[').append(at.getMatchingIndex()).append(']');
      } else {
        path.append(path.length() == 0 ? "" : ".").append(at.getMatchingProperty());
      }
    }
    return path.toString();
  }

  private static String file(Resource object, JsonPointer pointer) {
    return object
        .origin()
        .position(pointer)
        .map(at -> "  " + SafeText.escape(object.origin().file()) + ":" + at.line())
        .orElse("");
  }

  private String say(String key, Object... arguments) {
    return language.render(CliText.of(key, arguments));
  }
}
