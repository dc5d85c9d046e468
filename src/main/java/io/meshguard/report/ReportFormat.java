package io.meshguard.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats that a report can be asked for in; the first is for people. */
public enum ReportFormat {
  TEXT,
  JSON,
  SARIF,
  JUNIT,
  GITHUB;

  /**
   * Returns the writer of this format.
   *
   * @param paint colours, for a format that has them
   */
  public Format writer(Paint paint) {
    return switch (this) {
      case TEXT -> new TextFormat(paint);
      case JSON -> new JsonFormat();
      case SARIF -> new SarifFormat();
      case JUNIT -> new JUnitFormat();
      case GITHUB -> new GithubFormat();
    };
  }

  /** Returns the word by which it is asked for. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the format that a word asks for. */
  public static Optional<ReportFormat> of(String text) {
    return Arrays.stream(values()).filter(format -> format.text().equals(text)).findFirst();
  }

  /** Returns the words for all formats, in order. */
  public static List<String> words() {
    return Arrays.stream(values()).map(ReportFormat::text).toList();
  }
}
