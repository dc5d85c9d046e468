package io.meshguard.cli;

import io.meshguard.change.ChangeReport;
import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/** How the result of a comparison is written. */
enum ChangeFormat {
  TEXT,
  JSON,
  MARKDOWN,
  GITHUB;

  /**
   * What was compared, and what came of it.
   *
   * @param before how the user named the first side
   * @param after likewise the second
   * @param report what came of it
   */
  record Result(String before, String after, ChangeReport report) {}

  /** Returns the word for it on a command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(ChangeFormat::text).toList();
  }

  /** Returns the result as text. */
  String write(Result result, Language language, Paint paint) {
    ChangeWords words = new ChangeWords(language);
    return switch (this) {
      case TEXT -> new ChangeTextFormat(words, paint).write(result);
      case JSON -> ChangeJsonFormat.write(result);
      case MARKDOWN -> new ChangeMarkdownFormat(words).write(result);
      case GITHUB -> new ChangeGithubFormat(words).write(result);
    };
  }

  /**
   * Where a result goes, and how it is written.
   *
   * @param format how it is written
   * @param file the file; empty for standard output
   */
  record Output(ChangeFormat format, Optional<String> file) {

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
        Destination<ChangeFormat> to =
            Destination.parse(value, List.of(values()), ChangeFormat::text);
        return new Output(to.format(), to.file());
      }
    }
  }
}
