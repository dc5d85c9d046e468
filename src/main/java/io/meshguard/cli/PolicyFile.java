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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads policies from files. */
final class PolicyFile {

  private final List<RuleInfo> rules;
  private final Console console;
  private final Known known;

  PolicyFile(List<RuleInfo> rules, Console console) {
    this(rules, console, new Known());
  }

  /**
   * Reads policies of which some were read before.
   *
   * @param known gives the same policy as long as its text is the same
   */
  PolicyFile(List<RuleInfo> rules, Console console, Known known) {
    this.rules = rules;
    this.console = console;
    this.known = known;
  }

  /** Policies that were read, so that who reads one again can tell that it is the same. */
  static final class Known {
    private final Map<List<Object>, PolicyResult> results = new HashMap<>();
    private Optional<Policy> defaults = Optional.empty();

    private PolicyResult result(List<Object> of, Supplier<PolicyResult> reader) {
      results.keySet().retainAll(Set.of(of));
      return results.computeIfAbsent(of, key -> reader.get());
    }

    private Policy defaults(Supplier<Policy> maker) {
      defaults = Optional.of(defaults.orElseGet(maker));
      return defaults.get();
    }
  }

  /** Returns the policy that holds where nobody wrote one. */
  Policy defaults() {
    return known.defaults(() -> Policy.defaults(rules, Version.of(ProductInfo.VERSION)));
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
      return known.result(
          List.of(file, text, console.today()), () -> reader.readFile(file, text, console.today()));
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
