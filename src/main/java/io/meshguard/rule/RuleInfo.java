package io.meshguard.rule;

import io.meshguard.mesh.VersionRange;
import io.meshguard.resource.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the program must know of a rule besides its code. Built with {@link #rule}.
 *
 * @param id name of the bad pattern in kebab case; policy key, page name, metric label
 * @param subjects kinds on which the rule reports
 * @param reads kinds that it looks up in the mesh
 * @param defaultMode mode where no policy names the rule
 * @param deniedInFiles whether it denies in files where no policy names it, although it does not
 *     yet in a cluster, where it is new
 * @param fixes the safeties of the fixes that it offers; empty for none
 * @param faq FAQ entries that it acts on
 * @param istio Istio versions in which it can find anything
 * @param since Meshguard release that brought it
 * @param parameters its own settings
 * @param everyKind whether it reports on kinds that Meshguard does not know as well; {@code
 *     subjects} are then those that it knows
 * @param linterOnly whether it runs on files only, because the API server drops what it looks at
 * @param fixedByHand whether its fixes grant rights, so that a person applies them to files and no
 *     policy does
 * @param beyondDiscovery whether it holds in namespaces that istiod passes over, too: it is about
 *     the injection webhook, which is asked there as well, or about Kubernetes alone
 * @param formerly id of the rule that it was a part of in the release before; what a policy says of
 *     that one holds for this one too, where it does not name this one; empty for none
 * @param symptoms how its mistake shows to a client and in access logs; empty where it does not
 * @param hides what its mistake keeps from being seen, such as the refusals of a limit that is not
 *     in force
 */
public record RuleInfo(
    String id,
    Set<Kind> subjects,
    Set<Kind> reads,
    Mode defaultMode,
    boolean deniedInFiles,
    Set<Safety> fixes,
    List<FaqEntry> faq,
    VersionRange istio,
    String since,
    List<Parameter> parameters,
    boolean everyKind,
    boolean linterOnly,
    boolean fixedByHand,
    boolean beyondDiscovery,
    Optional<String> formerly,
    List<Symptom> symptoms,
    List<Symptom> hides) {

  public RuleInfo {
    subjects = Set.copyOf(subjects);
    reads = Set.copyOf(reads);
    fixes = Set.copyOf(fixes);
    faq = List.copyOf(faq);
    parameters = List.copyOf(parameters);
    symptoms = List.copyOf(symptoms);
    hides = List.copyOf(hides);
  }

  /** Starts the description of a rule: mode {@code warn}, no fix, all versions. */
  public static Builder rule(String id) {
    return new Builder(id);
  }

  /** Returns the mode in files where no policy names the rule. */
  public Mode modeInFiles() {
    return deniedInFiles && defaultMode == Mode.WARN ? Mode.DENY : defaultMode;
  }

  /** Returns the same rule as it is where files are judged. */
  public RuleInfo inFiles() {
    return new RuleInfo(
        id,
        subjects,
        reads,
        modeInFiles(),
        deniedInFiles,
        fixes,
        faq,
        istio,
        since,
        parameters,
        everyKind,
        linterOnly,
        fixedByHand,
        beyondDiscovery,
        formerly,
        symptoms,
        hides);
  }

  /** Returns whether the rule reports on a kind. */
  public boolean isAbout(Kind kind) {
    return everyKind || subjects.contains(kind);
  }

  /** Returns whether the rule has a fix that can be applied to files. */
  public boolean mendable() {
    return fixes.contains(Safety.SAFE) || fixes.contains(Safety.UNSAFE);
  }

  /** Returns whether mode {@code fix} is legal: the rule has a fix that a policy may apply. */
  public boolean fixable() {
    return mendable() && !fixedByHand;
  }

  /** Returns the ids by which a policy may speak of the rule, its own first. */
  public List<String> names() {
    return formerly.map(old -> List.of(id, old)).orElse(List.of(id));
  }

  /** Collects the description of a rule. */
  public static final class Builder {
    private final String id;
    private final Set<Kind> subjects = new LinkedHashSet<>();
    private final Set<Kind> reads = new LinkedHashSet<>();
    private final Set<Safety> fixes = EnumSet.noneOf(Safety.class);
    private final List<FaqEntry> faq = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Symptom> symptoms = new ArrayList<>();
    private final List<Symptom> hides = new ArrayList<>();
    private Mode mode = Mode.WARN;
    private VersionRange istio = VersionRange.ALL;
    private String since = "0.1";
    private boolean deniedInFiles;
    private boolean everyKind;
    private boolean linterOnly;
    private boolean fixedByHand;
    private boolean beyondDiscovery;
    private Optional<String> formerly = Optional.empty();

    private Builder(String id) {
      this.id = id;
    }

    /** Names kinds on which the rule reports. */
    public Builder subjects(Kind... kinds) {
      return subjects(List.of(kinds));
    }

    /** Names kinds on which the rule reports. */
    public Builder subjects(Iterable<Kind> kinds) {
      kinds.forEach(subjects::add);
      return this;
    }

    /** Says that the rule reports on every kind, also those that Meshguard does not know. */
    public Builder everyKind() {
      this.everyKind = true;
      return subjects(Kind.all());
    }

    /** Names kinds that the rule looks up in the mesh. */
    public Builder reads(Kind... kinds) {
      return reads(List.of(kinds));
    }

    /** Names kinds that the rule looks up in the mesh. */
    public Builder reads(Iterable<Kind> kinds) {
      kinds.forEach(reads::add);
      return this;
    }

    /** Sets the mode where no policy names the rule. */
    public Builder mode(Mode defaultMode) {
      this.mode = defaultMode;
      return this;
    }

    /** Says that the rule denies in files, although it only warns in a cluster so far. */
    public Builder deniedInFiles() {
      this.deniedInFiles = true;
      return this;
    }

    /** Names the safeties of the fixes that the rule offers. */
    public Builder fixes(Safety... safeties) {
      fixes.addAll(List.of(safeties));
      return this;
    }

    /** Names the FAQ entries that the rule acts on. */
    public Builder faq(FaqEntry... entries) {
      faq.addAll(List.of(entries));
      return this;
    }

    /** Says how the mistake shows to a client and in access logs. */
    public Builder symptoms(Symptom... shown) {
      symptoms.addAll(List.of(shown));
      return this;
    }

    /** Says what should be seen in access logs and is not, because of the mistake. */
    public Builder hides(Symptom... missing) {
      hides.addAll(List.of(missing));
      return this;
    }

    /** Limits the Istio versions in which the rule can find anything. */
    public Builder istio(VersionRange range) {
      this.istio = range;
      return this;
    }

    /** Adds a setting of the rule's own. */
    public Builder parameter(Parameter parameter) {
      parameters.add(parameter);
      return this;
    }

    /** Says that the rule runs on files only. */
    public Builder linterOnly() {
      this.linterOnly = true;
      return this;
    }

    /** Says that a person applies the fixes, to files, and no policy does. */
    public Builder fixedByHand() {
      this.fixedByHand = true;
      return this;
    }

    /** Says that the rule holds in namespaces that istiod passes over, too. */
    public Builder beyondDiscovery() {
      this.beyondDiscovery = true;
      return this;
    }

    /** Names the rule that it was a part of in the release before. */
    public Builder formerly(String old) {
      this.formerly = Optional.of(old);
      return this;
    }

    /** Returns the description. */
    public RuleInfo build() {
      return new RuleInfo(
          id,
          subjects,
          reads,
          mode,
          deniedInFiles,
          fixes,
          faq,
          istio,
          since,
          parameters,
          everyKind,
          linterOnly,
          fixedByHand,
          beyondDiscovery,
          formerly,
          symptoms,
          hides);
    }
  }
}
