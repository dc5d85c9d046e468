package io.meshguard.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the overrides of a policy. One whose namespaces are in doubt overrides nothing. */
final class OverrideReader {

  static final List<String> KEYS =
      List.of("namespaces", "namespaceSelector", "rules", "language", "dryRun");

  private final RulesReader rules;

  OverrideReader(RulesReader rules) {
    this.rules = rules;
  }

  List<NamespaceOverride> read(PolicyNode list) {
    List<NamespaceOverride> overrides = new ArrayList<>();
    list.items().forEach(item -> one(item).ifPresent(overrides::add));
    return overrides;
  }

  private Optional<NamespaceOverride> one(PolicyNode value) {
    int before = value.problems().count();
    if (!value.isSet()) {
      value.problem("expected.map");
    }
    value.onlyKeys(KEYS);
    PolicyNode namespaces = value.at("namespaces");
    PolicyNode selector = value.at("namespaceSelector");
    List<Glob> globs = GlobReader.namespaces(namespaces);
    Map<String, String> labels = RulesReader.labels(selector);
    if (value.cursor().isObject() && !namespaces.isSet() && !selector.isSet()) {
      value.problem("noNamespaces");
    }
    boolean certain = value.problems().count() == before;
    NamespaceOverride override =
        new NamespaceOverride(
            globs,
            labels,
            rules.read(value.at("rules")),
            value.at("language").word(GeneralReader.LANGUAGES),
            value.at("dryRun").word(GeneralReader.DRY_RUNS),
            value.at("namespaceSelector").place());
    boolean nothing =
        List.of("rules", "language", "dryRun").stream().noneMatch(k -> value.at(k).isSet());
    if (value.cursor().isObject() && nothing) {
      value.problem("overridesNothing");
    }
    return certain ? Optional.of(override) : Optional.empty();
  }
}
