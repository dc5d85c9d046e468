package io.meshguard.cli;

import io.meshguard.expect.Coverage;
import io.meshguard.expect.Judgement;
import io.meshguard.expect.Judgement.Difference;
import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.expect.Problem;
import io.meshguard.report.InputError;
import io.meshguard.rule.Language;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of route tests.
 *
 * @param judgements what was found of each test
 * @param problems what is wrong with the files of tests
 * @param errors files that cannot be read
 * @param coverage what the tests come to; empty where nobody asked
 */
record TestReport(
    List<Judgement> judgements,
    List<Problem> problems,
    List<InputError> errors,
    Optional<Coverage> coverage) {

  long count(Verdict verdict) {
    return judgements.stream().filter(one -> one.verdict() == verdict).count();
  }

  /** Returns what is wrong with what was given, a line each. */
  List<String> mistakes(Language language) {
    List<String> lines = new ArrayList<>();
    errors.forEach(error -> lines.add(error.toString()));
    problems.forEach(problem -> lines.add(problem.line(language)));
    return lines;
  }

  /** Returns what is otherwise than expected, a line each. */
  static List<String> differences(Judgement judgement, Language language) {
    List<String> lines = new ArrayList<>();
    for (Difference difference : judgement.differences()) {
      String got = language.render(difference.got());
      lines.add(
          language.render(
              CliText.of("test.difference", difference.key(), difference.expected(), got)));
    }
    judgement.trouble().ifPresent(trouble -> lines.add(language.render(trouble)));
    return lines;
  }

  /** Returns the place of a test. */
  static String place(Judgement judgement) {
    return judgement.test().file()
        + ":"
        + judgement.test().position().line()
        + ":"
        + judgement.test().position().column();
  }

  /** Returns the exit code for what came of the tests. */
  int exitCode(boolean doubtful) {
    if (!problems.isEmpty() || !errors.isEmpty() || count(Verdict.UNUSABLE) > 0) {
      return ExitCode.UNUSABLE;
    }
    if (count(Verdict.FAILED) > 0) {
      return ExitCode.FINDINGS;
    }
    return doubtful || count(Verdict.UNCERTAIN) > 0 ? ExitCode.UNCERTAIN : ExitCode.CLEAN;
  }
}
