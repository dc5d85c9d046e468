package io.meshguard.policy;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.Position;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One reading of one policy: what was understood of it, and what was not. */
final class PolicyParser {

  static final String ENFORCEMENT = "enforcement";

  /** Top-level keys of policy.yaml. */
  static final List<String> KEYS = keys();

  private final KnownRules known;
  private final RulesReader rulesReader;
  private final Problems problems = new Problems();
  private final Map<String, Mode> toggles = new LinkedHashMap<>();
  private final Map<String, SourceLocation> places = new LinkedHashMap<>();
  private Enforcement enforcement = Enforcement.ENFORCE;
  private General general = General.DEFAULT;
  private ModeRules rules = ModeRules.NONE;
  private List<NamespaceOverride> overrides = List.of();
  private List<Exemption> exemptions = List.of();
  private boolean readable = true;

  PolicyParser(KnownRules known) {
    this.known = known;
    this.rulesReader = new RulesReader(known);
  }

  /** Returns what is wrong so far. */
  Problems problems() {
    return problems;
  }

  /** Returns what was understood and everything that was not. */
  PolicyResult strict(LocalDate today) {
    List<Problem> warnings = warnings(today);
    return problems.count() == 0
        ? new PolicyResult.Accepted(policy(), warnings, List.of())
        : new PolicyResult.Refused(problems.all(), warnings);
  }

  /** Returns what was understood, if anything could be made of the text at all. */
  PolicyResult lenient(LocalDate today) {
    List<Problem> warnings = warnings(today);
    return readable
        ? new PolicyResult.Accepted(policy(), warnings, problems.all())
        : new PolicyResult.Refused(problems.all(), warnings);
  }

  /**
   * Reads a ConfigMap.
   *
   * @param fileText the text of the file that it came from, where it came from one
   */
  void configMap(Resource configMap, Optional<String> fileText) {
    boolean live = configMap.origin().equals(Origin.NONE);
    Source source = live ? new Source.Live() : new Source.File(configMap.origin());
    PolicyNode binary = value(configMap.at("binaryData"), source, "binaryData");
    if (binary.cursor().isNonEmpty()) {
      binary.problem("binaryData");
    }
    value(configMap.at("data"), source, "")
        .entries()
        .forEach(
            (name, value) -> {
              if (!name.equals(Source.Embedded.NAME)) {
                toggle(name, value);
              } else if (value.cursor().node().isTextual()) {
                embedded(value, configMap.origin(), fileText);
              } else {
                value.problem("expected.quotes");
              }
            });
  }

  /** Reads a text that is policy.yaml itself. */
  void bare(String file, String text) {
    policyYaml(new PolicyText(file, Source.File::new, problems).read(text));
  }

  private void embedded(PolicyNode value, Origin around, Optional<String> fileText) {
    String text = value.cursor().text("");
    Optional<Position> key = around.position(value.cursor().pointer());
    Optional<Block> block =
        key.flatMap(at -> fileText.map(file -> Block.of(around.file(), file, at, text)));
    PolicyText reader =
        new PolicyText(
            Source.Embedded.NAME, origin -> new Source.Embedded(origin, block), problems);
    policyYaml(reader.read(text));
  }

  private void policyYaml(Optional<PolicyNode> read) {
    readable = read.isPresent();
    if (read.isEmpty()) {
      return;
    }
    PolicyNode root = read.get();
    unknownKeys(root);
    general = GeneralReader.read(root);
    places.put("rulesAsOf", root.at("rulesAsOf").place());
    places.put("controllers", root.at("controllers").place());
    rules = rulesReader.read(root.at("rules"));
    overrides = new OverrideReader(rulesReader).read(root.at("overrides"));
    exemptions = new ExemptionReader(known).read(root.at("exemptions"));
  }

  private void unknownKeys(PolicyNode root) {
    root.entries()
        .forEach(
            (name, value) -> {
              if (name.equals(ENFORCEMENT)) {
                value.problem("belongs.data");
              } else if (known.find(name).isPresent()) {
                value.problem("belongs.rules");
              } else if (!KEYS.contains(name)) {
                value.problemNear(name, KEYS, "unknownKey");
              }
            });
  }

  private void toggle(String name, PolicyNode value) {
    Optional<RuleInfo> rule = known.find(name);
    boolean cap = name.equals(ENFORCEMENT);
    if (KEYS.contains(name)) {
      value.problem("belongs.policy");
    } else if (!cap && rule.isEmpty()) {
      Set<String> allowed = new LinkedHashSet<>(known.ids());
      allowed.addAll(List.of(ENFORCEMENT, Source.Embedded.NAME));
      value.problemNear(name, allowed, "unknownToggle");
    } else if (!value.cursor().node().isTextual()) {
      value.problem("expected.quotes");
    } else if (cap) {
      // A cap that cannot be read must not end in denials.
      enforcement = value.word(Enforcement.WORDS).orElse(Enforcement.WARN);
    } else {
      places.put(name, value.place());
      rule.flatMap(r -> RulesReader.mode(r, value)).ifPresent(mode -> toggles.put(name, mode));
    }
  }

  private Modes modes() {
    return new Modes(known, toggles, rules, overrides, general.rulesAsOf());
  }

  private Policy policy() {
    return new Policy(enforcement, general, modes(), exemptions);
  }

  private List<Problem> warnings(LocalDate today) {
    return new PolicyWarnings(modes(), places).on(exemptions, general.controllers(), today);
  }

  private PolicyNode value(Cursor cursor, Source source, String key) {
    return new PolicyNode(cursor, source, key, problems);
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>(GeneralReader.KEYS);
    keys.addAll(List.of("rules", "overrides", "exemptions"));
    return List.copyOf(keys);
  }
}
