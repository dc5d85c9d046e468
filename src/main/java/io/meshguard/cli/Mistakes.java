package io.meshguard.cli;

import io.meshguard.rule.Shown;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one or two lines what was wrong with a command line, or with us. */
final class Mistakes implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private final Console console;

  Mistakes(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    console.note(Shown.escape(String.valueOf(mistake.getMessage())));
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
      console.note(Shown.escape(String.valueOf(cause.getMessage())));
      return ExitCode.UNUSABLE;
    }
    console.note("failed; this is a fault of meshguard, please report it");
    cause.printStackTrace(console.err());
    return ExitCode.UNUSABLE;
  }
}
