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
        int equals = value.indexOf('=');
        String word = equals < 0 ? value : value.substring(0, equals);
        ForecastFormat format =
            Arrays.stream(values())
                .filter(one -> one.text().equals(word))
                .findFirst()
                .orElseThrow(
                    () -> new MisuseException("output.unknown", word, String.join(", ", words())));
        String file = equals < 0 ? "" : value.substring(equals + 1);
        if (equals >= 0 && file.isEmpty()) {
          throw new MisuseException("output.noFile", value);
        }
        return new Output(format, Optional.of(file).filter(name -> !name.isEmpty()));
      }
    }
  }
}
