package io.meshguard.traceview;

import io.meshguard.mesh.Version;
import io.meshguard.report.Paint;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.route.ClusterState;
import io.meshguard.rule.Language;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.Place;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.TraceResult.Branch;
import io.meshguard.trace.TraceResult.Share;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A trace for people: a line for each step, and the outcome in words. */
public final class TraceText {

  private static final int MOST_PASSED = 8;

  private final Paint paint;
  private final Say say;
  private final Sentences sentences;

  /** Makes texts of a language, with or without colours. */
  public TraceText(Paint paint, Language language) {
    this.paint = paint;
    this.say = new Say(language);
    this.sentences = new Sentences(language);
  }

  /** Returns the text of a trace; its lines end with a line break. */
  public String text(TraceResult trace) {
    StringBuilder text = new StringBuilder();
    String title = say.say("title", trace.call().title(), trace.proxy().title());
    text.append(paint.bold(title)).append('\n');
    boolean several = trace.branches().size() > 1;
    for (Branch branch : trace.branches()) {
      if (several) {
        text.append(paint.cyan(condition(branch))).append('\n');
      }
      branch(branch, text);
    }
    trace.doubts().stream()
        .map(sentences::doubt)
        .sorted()
        .forEach(doubt -> text.append(paint.yellow(say.say("doubt", doubt))).append('\n'));
    if (trace.cutShort()) {
      text.append(paint.yellow(say.say("cutShort"))).append('\n');
    }
    return text.toString();
  }

  private String condition(Branch branch) {
    String versions =
        branch.versions().stream()
            .map(Version::toString)
            .sorted()
            .collect(Collectors.joining(", "));
    List<String> parts =
        branch.assumed().entrySet().stream()
            .map(one -> sentences.assumption(one.getKey(), one.getValue()))
            .sorted()
            .toList();
    String all = String.join(say.say("and"), parts);
    if (versions.isEmpty()) {
      return all.isEmpty() ? say.say("otherwise") : say.say("if", all);
    }
    return all.isEmpty() ? say.say("versions", versions) : say.say("versions.if", versions, all);
  }

  private void branch(Branch branch, StringBuilder text) {
    int number = 0;
    for (Step step : branch.steps()) {
      if (step.kind() == Step.Kind.WOULD_TAKE) {
        continue;
      }
      number++;
      step(number, step, text);
    }
    for (Share share : branch.shares()) {
      outcome(share, branch.shares().size() > 1, text);
    }
    branch.steps().stream()
        .filter(step -> step.kind() == Step.Kind.WOULD_TAKE)
        .flatMap(step -> step.places().stream())
        .forEach(
            place ->
                text.append("   ").append(say.say("wouldTake", Places.all(place))).append('\n'));
  }

  private void step(int number, Step step, StringBuilder text) {
    text.append(String.format("%3d. ", number)).append(sentences.step(step));
    String files =
        step.places().stream()
            .map(Places::file)
            .filter(file -> !file.isEmpty())
            .distinct()
            .limit(3)
            .collect(Collectors.joining(", "));
    if (!files.isEmpty()) {
      text.append("  ").append(paint.dim(files));
    }
    text.append('\n');
    step.passed().stream()
        .limit(MOST_PASSED)
        .forEach(
            passed -> {
              String file = Places.file(passed.place());
              text.append("       - ").append(sentences.passed(passed));
              text.append(file.isEmpty() ? "" : "  " + paint.dim(file)).append('\n');
            });
    if (step.passed().size() > MOST_PASSED) {
      int more = step.passed().size() - MOST_PASSED;
      text.append("       - ").append(say.say("more", more)).append('\n');
    }
  }

  private void outcome(Share share, boolean several, StringBuilder text) {
    Outcome outcome = share.outcome();
    String sentence = sentences.outcome(outcome);
    boolean error = Severity.isError(outcome);
    String painted = error ? paint.red(sentence) : paint.green(sentence);
    text.append("=> ");
    if (several) {
      text.append(say.say("share", percent(share.percent()))).append(' ');
    }
    text.append(painted).append('\n');
    if (outcome.status() > 0 || !outcome.flag().equals("-")) {
      String status = outcome.status() == 0 ? "0" : Integer.toString(outcome.status());
      text.append("   ").append(paint.dim(say.say("log", status, outcome.flag()))).append('\n');
    }
    if (outcome instanceof Outcome.NoCluster none) {
      objects(none.missing(), text);
    }
  }

  private void objects(ClusterState.Missing missing, StringBuilder text) {
    missing.objects().stream()
        .limit(3)
        .map(Place::of)
        .forEach(
            place -> text.append("   ").append(say.say("see", Places.all(place))).append('\n'));
  }

  static String percent(double percent) {
    return percent == Math.rint(percent)
        ? Long.toString((long) percent)
        : Double.toString(Math.round(percent * 100) / 100.0);
  }

  /** Returns what the first branch ends in, in one line. */
  public String line(TraceResult trace) {
    return trace.first().shares().stream()
        .map(
            share ->
                trace.first().shares().size() == 1
                    ? sentences.outcome(share.outcome())
                    : say.say("share", percent(share.percent()))
                        + " "
                        + sentences.outcome(share.outcome()))
        .collect(Collectors.joining("; "));
  }

  /** Returns what is taken for granted, in one line. */
  String assumed(Map<Question, Boolean> assumed) {
    return assumed.entrySet().stream()
        .map(one -> sentences.assumption(one.getKey(), one.getValue()))
        .sorted()
        .collect(Collectors.joining(say.say("and")));
  }
}
