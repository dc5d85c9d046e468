package io.meshguard.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The formats that a report can be asked for in; the first is for people. */
public enum ReportFormat {
  TEXT,
  JSON,
  SARIF,
  JUNIT,
  GITHUB,
  GITLAB,
  MARKDOWN,
  CHECKSTYLE;

  /**
   * Returns the writer of this format.
   *
   * @param style how it is shown
   */
  public Format writer(ReportStyle style) {
    return switch (this) {
      case TEXT -> new TextFormat(style);
      case JSON -> new JsonFormat();
      case SARIF -> new SarifFormat(style);
      case JUNIT -> new JUnitFormat();
      case GITHUB -> new GithubFormat(style);
      case GITLAB -> new GitlabFormat(style);
      case MARKDOWN -> new MarkdownFormat(style);
      case CHECKSTYLE -> new CheckstyleFormat(style);
    };
  }

  /** Returns the word by which it is asked for. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the words for all formats, in order. */
  public static List<String> words() {
    return Arrays.stream(values()).map(ReportFormat::text).toList();
  }
}
