package io.meshguard.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What {@code FORMAT} or {@code FORMAT=FILE} stands for.
 *
 * @param format how something is written
 * @param file the file that it goes to; empty for standard output
 */
record Destination<F>(F format, Optional<String> file) {

  /**
   * Reads the value of an option.
   *
   * @param formats all formats
   * @param words the word of each
   * @throws MisuseException if the word is none of them, or the file's name is missing
   */
  static <F> Destination<F> parse(String value, List<F> formats, Function<F, String> words) {
    int equals = value.indexOf('=');
    String word = equals < 0 ? value : value.substring(0, equals);
    Map<String, F> byWord = new LinkedHashMap<>();
    formats.forEach(format -> byWord.put(words.apply(format), format));
    F format = byWord.get(word);
    if (format == null) {
      throw new MisuseException("output.unknown", word, String.join(", ", byWord.keySet()));
    }
    String file = equals < 0 ? "" : value.substring(equals + 1);
    if (equals >= 0 && file.isEmpty()) {
      throw new MisuseException("output.noFile", value);
    }
    return new Destination<>(format, Optional.of(file).filter(name -> !name.isEmpty()));
  }
}
