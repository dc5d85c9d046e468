package io.meshguard.cli;

import io.meshguard.change.ChangeReport;
import java.util.Locale;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** From which changes on a comparison fails. */
enum FailOnChange {
  NEVER,
  ALL,
  ERRORS;

  /** Returns the exit code for what a comparison came to. */
  int exitCode(ChangeReport report) {
    return switch (this) {
      case NEVER -> ExitCode.CLEAN;
      case ERRORS -> report.breaks() ? ExitCode.FINDINGS : ExitCode.CLEAN;
      case ALL -> {
        if (!report.isEmpty()) {
          yield ExitCode.FINDINGS;
        }
        yield report.isProof() ? ExitCode.CLEAN : ExitCode.UNCERTAIN;
      }
    };
  }

  /** Takes the next word only if it is a value: a revision may follow the bare option. */
  static final class Consumer implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      FailOnChange chosen = ALL;
      if (!words.isEmpty()) {
        String word = words.peek().toUpperCase(Locale.ROOT);
        if (word.equals("ALL") || word.equals("ERRORS")) {
          chosen = valueOf(word);
          words.pop();
        }
      }
      option.setValue(chosen);
    }
  }
}
