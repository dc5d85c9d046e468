package io.meshguard.traceview;

import io.meshguard.rule.Language;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.TraceResult.Branch;
import io.meshguard.trace.TraceResult.Share;
import java.util.List;

/** A trace as a flowchart of Mermaid, as tickets and pages show it. */
public final class TraceMermaid {

  private final Say say;
  private final Sentences sentences;

  /** Makes pictures whose words are of a language. */
  public TraceMermaid(Language language) {
    this.say = new Say(language);
    this.sentences = new Sentences(language);
  }

  /** Returns the picture of some traces. */
  public String picture(List<TraceResult> traces) {
    StringBuilder text = new StringBuilder("flowchart TD\n");
    int number = 0;
    for (TraceResult trace : traces) {
      number++;
      String start = "t" + number;
      node(start, say.say("title", trace.call().title(), trace.proxy().title()), text);
      int branch = 0;
      for (Branch one : trace.branches()) {
        branch++;
        branch(start, start + "b" + branch, one, trace.branches().size() > 1, text);
      }
    }
    return text.toString();
  }

  private void branch(
      String from, String prefix, Branch branch, boolean several, StringBuilder text) {
    String last = from;
    String label =
        several
            ? new TraceText(io.meshguard.report.Paint.PLAIN, Language.EN).assumed(branch.assumed())
            : "";
    int number = 0;
    for (Step step : branch.steps()) {
      if (step.kind() == Step.Kind.WOULD_TAKE) {
        continue;
      }
      number++;
      String name = prefix + "s" + number;
      node(name, sentences.step(step), text);
      edge(last, name, label, text);
      label = "";
      last = name;
    }
    int end = 0;
    for (Share share : branch.shares()) {
      end++;
      String name = prefix + "o" + end;
      text.append("  ").append(name).append("([\"");
      text.append(escaped(sentences.outcome(share.outcome()))).append("\"])\n");
      String percent =
          branch.shares().size() > 1 ? say.say("share", TraceText.percent(share.percent())) : label;
      edge(last, name, percent, text);
    }
  }

  private static void node(String name, String label, StringBuilder text) {
    text.append("  ").append(name).append("[\"").append(escaped(label)).append("\"]\n");
  }

  private static void edge(String from, String to, String label, StringBuilder text) {
    text.append("  ").append(from).append(" -->");
    if (!label.isEmpty()) {
      text.append("|\"").append(escaped(label)).append("\"|");
    }
    text.append(' ').append(to).append('\n');
  }

  /** In quotes Mermaid reads entities, and else nothing but the quote itself. */
  private static String escaped(String text) {
    return text.replace("&", "#amp;")
        .replace("\"", "#quot;")
        .replace("<", "#lt;")
        .replace(">", "#gt;")
        .replace("`", "#96;");
  }
}
