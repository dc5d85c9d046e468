package io.meshguard.cli;

import io.meshguard.files.SourceText;
import io.meshguard.rule.SafeText;
import java.io.IOException;
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

  private final Console console;

  CliErrors(Console console) {
    this.console = console;
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
    console.tell("output", SafeText.escape(console.say(SourceText.reason(loss.get()))));
    return exitCode == ExitCode.FAULT ? ExitCode.FAULT : ExitCode.UNUSABLE;
  }

  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    console.note(SafeText.escape(console.say(Misuse.of(mistake))));
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      String separator = console.say("or");
      console
          .err()
          .println(console.say("meant", String.join(separator, unmatched.getSuggestions())));
    }
    console.err().println(console.say("try", command.getCommandSpec().qualifiedName()));
    return ExitCode.UNUSABLE;
  }

  @Override
  public int handleExecutionException(Exception cause, CommandLine command, ParseResult parsed) {
    if (cause instanceof UnusableException unusable) {
      Console speaking = unusable.language().map(console::speaking).orElse(console);
      speaking.note(SafeText.escape(speaking.say(unusable.reason())));
      return ExitCode.UNUSABLE;
    }
    return fault(cause);
  }

  private int fault(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof OutOfMemoryError) {
        console.tell("memory");
        return ExitCode.FAULT;
      }
    }
    console.tell("fault");
    cause.printStackTrace(console.err());
    return ExitCode.FAULT;
  }
}
