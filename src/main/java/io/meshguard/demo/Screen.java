package io.meshguard.demo;

import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.io.PrintStream;
import java.util.Arrays;

/**
 * What the person in front of the demo sees: the tour on standard output, what takes time and what
 * goes wrong on standard error.
 *
 * @param out standard output
 * @param err standard error
 * @param paint colours of both
 * @param language language of the demo's own sentences
 */
public record Screen(PrintStream out, PrintStream err, Paint paint, Language language) {

  private static final String BUNDLE = "io.meshguard.demo.messages";
  private static final int WIDTH = 96;

  /** Returns one of the demo's own sentences; arguments are shown whole. */
  String text(String key, Object... arguments) {
    Object[] verbatim =
        Arrays.stream(arguments).map(value -> Message.verbatim(value.toString())).toArray();
    return language.render(new Message(BUNDLE, key, Arrays.asList(verbatim)));
  }

  /** Shows that work begins which may take a while. */
  void progress(String line) {
    err.println(paint.dim("… " + line));
    err.flush();
  }

  /** Shows what went wrong. */
  void trouble(String text) {
    out.flush();
    err.println(paint.red("meshguard: ") + text);
    err.flush();
  }

  /** Shows a heading after an empty line. */
  void heading(String line) {
    show("\n" + paint.bold(line));
  }

  /** Shows a paragraph, broken into lines. */
  void paragraph(String text) {
    show(TextWrap.wrap(text, WIDTH));
  }

  /** Shows a command as it is typed. */
  void command(String line) {
    show("\n" + paint.cyan("$ " + line));
  }

  /** Shows what a command printed. */
  void output(String text) {
    text.lines().forEach(this::outputLine);
    out.flush();
  }

  /** Shows a remark that is not a sentence of the tour. */
  void aside(String line) {
    show(paint.dim(line));
  }

  /** Shows a line as it is. */
  void show(String line) {
    out.println(line);
    out.flush();
  }

  private void outputLine(String line) {
    if (line.startsWith("Warning: ")) {
      out.println(paint.yellow("Warning: ") + line.substring("Warning: ".length()));
    } else if (line.startsWith("Error ") || line.startsWith("error: ")) {
      out.println(paint.red(line));
    } else {
      out.println(line);
    }
  }
}
