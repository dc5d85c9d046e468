package io.meshguard.cli;

import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/** How a forecast is written. */
enum ForecastFormat {
  TEXT,
  JSON,
  MARKDOWN;

  /** Returns the word for it on a command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(ForecastFormat::text).toList();
  }

  /** Returns the forecast as text. */
  String write(Forecast forecast, Language language, Paint paint) {
    ForecastWords words = new ForecastWords(language, forecast);
    return switch (this) {
      case TEXT -> new ForecastTextFormat(words, paint).write();
      case JSON -> new ForecastJsonFormat(words).write();
      case MARKDOWN -> new ForecastMarkdownFormat(words).write();
    };
  }

  /**
   * Where a forecast goes, and how it is written.
   *
   * @param format how it is written
   * @param file the file; empty for standard output
   */
  record Output(ForecastFormat format, Optional<String> file) {

    /** The words that help and completion offer. */
    static final class Words implements Iterable<String> {
      @Override
      public Iterator<String> iterator() {
        return words().iterator();
      }
    }

    /** Reads {@code FORMAT} or {@code FORMAT=FILE}. */
    static final class Converter implements ITypeConverter<Output> {
      @Override
      public Output convert(String value) {
        Destination<ForecastFormat> to =
            Destination.parse(value, List.of(values()), ForecastFormat::text);
        return new Output(to.format(), to.file());
      }
    }
  }
}
