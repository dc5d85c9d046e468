package io.meshguard.cli;

import io.meshguard.files.SourceText;
import io.meshguard.files.Sources;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.PolicyResult;
import io.meshguard.report.ProductInfo;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads policies from files. */
final class PolicyFile {

  private final List<RuleInfo> rules;
  private final Console console;

  PolicyFile(List<RuleInfo> rules, Console console) {
    this.rules = rules;
    this.console = console;
  }

  /** Returns the policy that holds where nobody wrote one. */
  Policy defaults() {
    return Policy.defaults(rules, Version.of(ProductInfo.VERSION));
  }

  /**
   * Returns what is in a file; {@code -} stands for standard input.
   *
   * @throws UnusableException if the file cannot be read
   */
  PolicyResult read(String file) {
    PolicyReader reader = new PolicyReader(rules, Version.of(ProductInfo.VERSION));
    try {
      String text =
          file.equals(Sources.STDIN)
              ? SourceText.read(console.in())
              : SourceText.read(Path.of(file));
      return reader.readFile(file, text, console.today());
    } catch (InvalidPathException e) {
      throw new UnusableException("of", file, SourceText.reason(e));
    } catch (IOException e) {
      throw new UnusableException("of", file, SourceText.reason(e));
    }
  }

  /**
   * Returns the policy in a file, or the defaults; warnings are told.
   *
   * @throws UnusableException if there is something wrong with it
   */
  Policy policy(Optional<String> file, Language language) {
    if (file.isEmpty()) {
      return defaults();
    }
    PolicyResult result = read(file.get());
    result.warnings().forEach(warning -> console.note(warning.line(language)));
    result.problems().forEach(problem -> console.note(problem.line(language)));
    return result
        .policy()
        .orElseThrow(() -> new UnusableException("policy.unusable", SafeText.escape(file.get())));
  }
}
