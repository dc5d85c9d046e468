package io.meshguard.lsp;

import io.meshguard.mesh.Version;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.Problem;
import io.meshguard.policy.RepositoryConfig;
import io.meshguard.policy.RepositoryConfigReader;
import io.meshguard.report.ProductInfo;
import io.meshguard.rule.RuleInfo;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Meshguard's own files among the documents: configurations of repositories, and policies. */
final class Settings {

  private static final Set<String> CONFIGS = Set.of(RepositoryConfig.NAME, ".meshguard.yml");
  private static final Set<String> POLICIES = Set.of("policy.yaml", "policy.yml");

  private final List<RuleInfo> rules;
  private final Supplier<LocalDate> today;

  Settings(List<RuleInfo> rules, Supplier<LocalDate> today) {
    this.rules = rules;
    this.today = today;
  }

  /** What a document is to Meshguard. */
  enum Sort {
    CONFIG,
    POLICY,
    CONFIG_MAP,
    OTHER
  }

  /**
   * Returns what a document is. A file of the usual name of a policy is one where it speaks of a
   * rule of ours, or says nothing yet: others have files of that name, too.
   */
  Sort sort(Document document, Optional<Path> policy) {
    String name =
        document.path().map(path -> String.valueOf(path.getFileName())).orElse(document.uri());
    String text = document.text().text();
    if (CONFIGS.contains(name)) {
      return Sort.CONFIG;
    }
    boolean manifest = text.contains("apiVersion:") || text.contains("\"apiVersion\"");
    if (manifest) {
      return text.contains(PolicyReader.CONFIG_MAP) && text.contains("policy.yaml")
          ? Sort.CONFIG_MAP
          : Sort.OTHER;
    }
    boolean named = policy.isPresent() && policy.equals(document.path());
    boolean ours =
        POLICIES.contains(name)
            && (text.isBlank() || rules.stream().anyMatch(rule -> text.contains(rule.id())));
    return named || ours ? Sort.POLICY : Sort.OTHER;
  }

  /** Returns whether rule ids mean something anywhere in a document. */
  static boolean speaksOfRules(Sort sort) {
    return sort != Sort.OTHER;
  }

  /** Returns what is wrong with a document of settings, or should be known of it. */
  List<Noted> problems(Document document, Sort sort) {
    String text = document.text().text();
    return switch (sort) {
      case CONFIG ->
          RepositoryConfigReader.read(RepositoryConfig.NAME, text).problems().stream()
              .map(problem -> new Noted(problem, true))
              .toList();
      case POLICY, CONFIG_MAP -> {
        var result =
            new PolicyReader(rules, Version.of(ProductInfo.VERSION))
                .readFile("policy.yaml", text, today.get());
        yield java.util.stream.Stream.concat(
                result.problems().stream().map(problem -> new Noted(problem, true)),
                result.warnings().stream().map(problem -> new Noted(problem, false)))
            .toList();
      }
      case OTHER -> List.of();
    };
  }

  /**
   * A problem of a document.
   *
   * @param wrong whether the document cannot be used because of it
   */
  record Noted(Problem problem, boolean wrong) {}
}
