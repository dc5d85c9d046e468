package io.meshguard.cli;

import io.meshguard.rule.Message;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, which picocli does in English only. */
final class Misuse {

  private Misuse() {}

  /** Returns what is wrong; texts in it are not escaped. */
  static Message of(ParameterException mistake) {
    String english = String.valueOf(mistake.getMessage());
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      String arguments =
          unmatched.getUnmatched().stream()
              .map(argument -> "'" + argument + "'")
              .collect(Collectors.joining(", "));
      return CliText.of(
          unmatched.isUnknownOption() ? "misuse.option" : "misuse.argument", english, arguments);
    }
    if (mistake instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      String names =
          missing.getMissing().stream().map(Misuse::name).collect(Collectors.joining(", "));
      return CliText.of("misuse.missing", english, names);
    }
    ArgSpec at = mistake.getArgSpec();
    if (at == null) {
      return CliText.of("misuse.other", english);
    }
    if (mistake instanceof OverwrittenOptionException) {
      return CliText.of("misuse.twice", english, name(at));
    }
    if (mistake.getCause() instanceof MisuseException value) {
      return CliText.of("misuse.value", english, name(at), value.reason());
    }
    return CliText.of("misuse.unusable", english, name(at));
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
