package io.meshguard.admission;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.ModeSource;
import io.meshguard.engine.Verdict;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The message of a refusal: what is wrong, how it would be right, who decided so, and what to do
 * where that is wrong.
 */
final class Denial {

  /** Findings that are shown; the rest is counted. */
  private static final int MOST_FINDINGS = 10;

  private final ReviewMessages speech;
  private final Guidance guidance;
  private final Function<Finding, List<String>> fragment;

  /**
   * Makes a writer of refusals.
   *
   * @param fragment the corrected part of the object, line by line; empty where nothing can be
   *     shown
   */
  Denial(ReviewMessages speech, Guidance guidance, Function<Finding, List<String>> fragment) {
    this.speech = speech;
    this.guidance = guidance;
    this.fragment = fragment;
  }

  /**
   * Returns the message for a verdict that is a denial, but for the line that names the request.
   */
  String of(Verdict verdict) {
    List<GradedFinding> denied = verdict.of(Mode.DENY);
    List<GradedFinding> others =
        Stream.concat(verdict.of(Mode.WARN).stream(), verdict.of(Mode.FIX).stream()).toList();
    int all = denied.size() + others.size();
    List<String> lines = new ArrayList<>();
    lines.add(speech.say(all == 1 ? "count.one" : "count.many", all, denied.size()));
    denied.stream().limit(MOST_FINDINGS).forEach(judged -> denied(judged.finding(), lines));
    others.stream()
        .limit(Math.max(0, MOST_FINDINGS - denied.size()))
        .forEach(judged -> lines.add(speech.say("also", verbatim(speech.warning(judged)))));
    if (all > MOST_FINDINGS) {
      lines.add(speech.say("more-findings", all - MOST_FINDINGS));
    }
    who(denied, lines);
    return String.join("\n", lines);
  }

  private void denied(Finding finding, List<String> lines) {
    lines.add(speech.finding(finding));
    finding
        .fix()
        .map(Fix::title)
        .map(speech.language()::render)
        .ifPresent(title -> lines.add("  " + speech.say("fix", verbatim(title))));
    fragment.apply(finding).forEach(line -> lines.add("    " + SafeText.escape(line)));
  }

  private void who(List<GradedFinding> denied, List<String> lines) {
    Set<String> sources = new LinkedHashSet<>();
    for (GradedFinding judged : denied) {
      ModeSource source = judged.decision().source();
      sources.add(
          speech.say(
              source.isBuiltIn() ? "denied-by-default" : "denied-by",
              verbatim(judged.finding().rule().id()),
              source.message()));
    }
    lines.addAll(sources);
    lines.add(
        guidance.selfService()
            ? speech.say("exempt-self", verbatim(denied.get(0).finding().rule().id()))
            : speech.say("exempt"));
    if (!guidance.contact().isEmpty()) {
      lines.add(speech.say("contact", verbatim(SafeText.escape(guidance.contact()))));
    }
  }

  private static Message.Verbatim verbatim(String text) {
    return Message.verbatim(text);
  }
}
