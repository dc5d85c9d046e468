package io.meshguard.report;

import java.util.function.UnaryOperator;

/**
 * How a report is shown, whatever it says.
 *
 * @param paint colours, for a format that has them
 * @param excerpts whether text shows the line of the file that a finding is about
 * @param paths names a file as services know it that show findings beside lines: from the root of
 *     its repository
 */
public record ReportStyle(Paint paint, boolean excerpts, UnaryOperator<String> paths) {

  /** Without colours and excerpts, files as the user named them. */
  public static final ReportStyle PLAIN =
      new ReportStyle(Paint.PLAIN, false, UnaryOperator.identity());
}
