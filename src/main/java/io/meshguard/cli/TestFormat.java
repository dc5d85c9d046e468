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
      int equals = value.indexOf('=');
      String word = equals < 0 ? value : value.substring(0, equals);
      TestFormat format =
          Arrays.stream(values())
              .filter(one -> one.word().equals(word.toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () -> new MisuseException("output.unknown", word, String.join(", ", WORDS)));
      String file = equals < 0 ? "" : value.substring(equals + 1);
      if (equals >= 0 && file.isEmpty()) {
        throw new MisuseException("output.noFile", value);
      }
      return new To(format, equals < 0 ? Optional.empty() : Optional.of(file));
    }
  }
}
