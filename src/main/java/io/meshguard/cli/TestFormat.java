package io.meshguard.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/** Ways to write what came of route tests. */
enum TestFormat {
  TEXT,
  JSON,
  JUNIT;

  static final List<String> WORDS = Arrays.stream(values()).map(TestFormat::word).toList();

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A way, and where it is written to.
   *
   * @param file the file; empty for standard output
   */
  record To(TestFormat format, Optional<String> file) {}

  /** Reads {@code FORMAT} or {@code FORMAT=FILE}. */
  static final class Converter implements ITypeConverter<To> {
    @Override
    public To convert(String value) {
      Destination<TestFormat> to = Destination.parse(value, List.of(values()), TestFormat::word);
      return new To(to.format(), to.file());
    }
  }
}
