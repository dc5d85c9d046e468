package io.meshguard.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Which language a command speaks: that of the option, else the repository's, else the locale's.
 */
final class LanguageChoice {

  private LanguageChoice() {}

  /** Returns the console in the language that counts. */
  static Console console(Console console, CommandSpec command, ConfigFile file) {
    return isMade(command)
        ? console
        : file.config().language().map(console::speaking).orElse(console);
  }

  /** Returns whether an option names the language. */
  static boolean isMade(CommandSpec command) {
    for (CommandSpec at = command; at != null; at = at.parent()) {
      ParseResult parsed = at.commandLine() == null ? null : at.commandLine().getParseResult();
      if (parsed != null && parsed.hasMatchedOption(Main.LANGUAGE)) {
        return true;
      }
    }
    return false;
  }
}
