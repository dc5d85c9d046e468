package io.meshguard.cli;

import io.meshguard.files.Exclusions;
import io.meshguard.files.Input;
import io.meshguard.files.Progress;
import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a command has of the world around it, files apart.
 *
 * @param in standard input
 * @param out standard output, in UTF-8
 * @param err standard error, in UTF-8
 * @param outTerminal whether a person reads standard output
 * @param errTerminal whether a person reads standard error
 * @param environment environment variables
 * @param today the date
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean outTerminal,
    boolean errTerminal,
    Map<String, String> environment,
    LocalDate today) {

  Console {
    environment = Map.copyOf(environment);
  }

  /** Returns colours for standard output, unless NO_COLOR or a dumb terminal forbids them. */
  Paint paint() {
    boolean forbidden =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return outTerminal && !forbidden ? Paint.COLOUR : Paint.PLAIN;
  }

  /** Returns the language of the locale that the environment names. */
  Language language() {
    return Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .map(Language::of)
        .orElse(Language.EN);
  }

  /** Returns why results on standard output were lost, as far as the stream remembers it. */
  Optional<IOException> loss() {
    out.flush();
    return out instanceof ResultStream results ? results.loss() : Optional.empty();
  }

  /** Returns the same world for somebody who asked for a language. */
  Console speaking(Language language) {
    Map<String, String> spoken = new HashMap<>(environment);
    spoken.put("LC_ALL", language.text());
    return new Console(in, out, err, outTerminal, errTerminal, spoken, today);
  }

  /** Returns a sentence of this package's bundle; texts in it are not escaped. */
  String say(String key, Object... arguments) {
    return say(CliText.of(key, arguments));
  }

  /** Returns a message in the user's language. */
  String say(Message message) {
    return language().render(message);
  }

  /** Returns what files are read with. */
  Input input(Progress progress) {
    return new Input(in, language(), Exclusions.NONE, progress);
  }

  /** Tells the user something that is no result. */
  void note(String text) {
    err.println("meshguard: " + text);
  }

  /** Tells the user a sentence of this package's bundle. */
  void tell(String key, Object... arguments) {
    note(SafeText.escape(say(key, arguments)));
  }
}
