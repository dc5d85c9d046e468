package io.meshguard.cli;

import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one or two lines what was wrong with a command line, or with us. */
final class CliErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private static final String BUNDLE = "io.meshguard.cli.messages";

  private final Console console;
  private final Language language;

  CliErrors(Console console, Language language) {
    this.console = console;
    this.language = language;
  }

  /**
   * Runs a command and returns its exit code, or another one where the command failed by itself or
   * its results were lost.
   */
  int guard(IntSupplier command) {
    int exitCode;
    try {
      exitCode = command.getAsInt();
    } catch (RuntimeException | Error e) {
      exitCode = fault(e);
    }
    Optional<IOException> loss = console.loss();
    if (loss.isEmpty()) {
      return exitCode;
    }
    console.note(say(language, "output", SafeText.escape(SourceText.reason(loss.get()))));
    return exitCode == ExitCode.FAULT ? ExitCode.FAULT : ExitCode.UNUSABLE;
  }

  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    console.note(SafeText.escape(String.valueOf(mistake.getMessage())));
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      console
          .err()
          .println("Did you mean: " + String.join(" or ", unmatched.getSuggestions()) + "?");
    }
    console.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.UNUSABLE;
  }

  @Override
  public int handleExecutionException(Exception cause, CommandLine command, ParseResult parsed) {
    if (cause instanceof UnusableException) {
      console.note(SafeText.escape(String.valueOf(cause.getMessage())));
      return ExitCode.UNUSABLE;
    }
    return fault(cause);
  }

  /** Returns a sentence of this package's own bundle; texts in it are safe already. */
  static String say(Language language, String key, Object... arguments) {
    List<Object> shown =
        List.of(arguments).stream()
            .map(a -> a instanceof String text ? Message.verbatim(text) : a)
            .toList();
    return language.render(new Message(BUNDLE, key, shown));
  }

  private int fault(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof OutOfMemoryError) {
        console.note(say(language, "memory"));
        return ExitCode.FAULT;
      }
    }
    console.note(say(language, "fault"));
    cause.printStackTrace(console.err());
    return ExitCode.FAULT;
  }
}
