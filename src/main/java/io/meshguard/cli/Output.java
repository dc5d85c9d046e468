package io.meshguard.cli;

import io.meshguard.report.Format;
import io.meshguard.report.GithubFormat;
import io.meshguard.report.JUnitFormat;
import io.meshguard.report.JsonFormat;
import io.meshguard.report.Paint;
import io.meshguard.report.SarifFormat;
import io.meshguard.report.TextFormat;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;

/**
 * Where a report goes, and how it is written.
 *
 * @param kind how it is written
 * @param file the file; empty for standard output
 */
record Output(Kind kind, Optional<String> file) {

  /** Ways to write a report. */
  enum Kind {
    TEXT,
    JSON,
    SARIF,
    JUNIT,
    GITHUB;

    Format format(Paint paint) {
      return switch (this) {
        case TEXT -> new TextFormat(paint);
        case JSON -> new JsonFormat();
        case SARIF -> new SarifFormat();
        case JUNIT -> new JUnitFormat();
        case GITHUB -> new GithubFormat();
      };
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads {@code FORMAT} or {@code FORMAT=FILE}. */
  static final class Converter implements ITypeConverter<Output> {
    @Override
    public Output convert(String value) {
      int equals = value.indexOf('=');
      String format = equals < 0 ? value : value.substring(0, equals);
      Kind kind =
          Arrays.stream(Kind.values())
              .filter(k -> k.text().equals(format))
              .findFirst()
              .orElseThrow(() -> unknown(format));
      if (equals < 0) {
        return new Output(kind, Optional.empty());
      }
      String file = value.substring(equals + 1);
      if (file.isEmpty()) {
        throw new MisuseException("output.noFile", value);
      }
      return new Output(kind, Optional.of(file));
    }

    private static MisuseException unknown(String format) {
      String known = Arrays.stream(Kind.values()).map(Kind::text).collect(Collectors.joining(", "));
      return new MisuseException("output.unknown", format, known);
    }
  }
}
