package io.meshguard.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Where one rule writes what it finds on one object, and where it reads its own parameters. Bound
 * to rule and object, so that a rule repeats neither.
 */
public final class Report {

  /** Entries of one list; each may cost every rule some work, and reviews are waited for. */
  private static final int MOST_JUDGED = 10_000;

  private final RuleInfo rule;
  private final String bundle;
  private final Resource object;
  private final Parameters parameters;
  private final int most;

  /** Many findings name the same place, and what stands there may be large. */
  private final IdentityHashMap<JsonNode, String> digests = new IdentityHashMap<>();

  private final List<Draft> drafts = new ArrayList<>();
  private int settled;
  private int deniable;
  private boolean cutShort;

  /**
   * Makes an empty report that takes any number of findings.
   *
   * @param rule the rule that will write it; messages come from the bundle {@code messages} of its
   *     package
   * @param object the object that it looks at
   * @param parameters the rule's parameters for that object
   */
  public Report(Rule rule, Resource object, Parameters parameters) {
    this(rule, object, parameters, Integer.MAX_VALUE);
  }

  /**
   * Makes an empty report.
   *
   * @param most findings that are kept, of those that may be refused and of the others each; where
   *     there are more the report is cut short
   */
  public Report(Rule rule, Resource object, Parameters parameters, int most) {
    this.most = most;
    this.rule = rule.info();
    this.bundle = rule.getClass().getPackageName() + ".messages";
    this.object = object;
    this.parameters = parameters;
  }

  /** Returns the parameters that the policy gives the rule for this object. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Reports a finding.
   *
   * @param at the place of what is wrong; what stands there becomes part of the fingerprint
   * @param key key of the message in the bundle, without the rule's id in front
   * @param arguments arguments of the message
   * @return the finding, to which more can be said
   */
  public Draft say(Cursor at, String key, Object... arguments) {
    settleLast();
    Draft draft = new Draft(at, message(key, arguments));
    drafts.add(draft);
    return draft;
  }

  /**
   * Counts the finding that was reported last, of which all is said by now, or lets it go. What may
   * not be refused is counted apart, or many such findings could hide one that may.
   */
  private void settleLast() {
    if (settled == drafts.size()) {
      return;
    }
    boolean mayBeDenied = drafts.get(settled).neverDenied.isEmpty();
    int before = mayBeDenied ? deniable : settled - deniable;
    if (before >= most) {
      drafts.remove(settled);
      cutShort = true;
      return;
    }
    deniable += mayBeDenied ? 1 : 0;
    settled++;
  }

  /**
   * Returns the entries of a list in the object that are judged: all, or the first of them where
   * there are more than anybody means to have; then the report is cut short.
   */
  public <T> List<T> judged(List<T> entries) {
    cutShort |= entries.size() > MOST_JUDGED;
    return entries.subList(0, Math.min(entries.size(), MOST_JUDGED));
  }

  /** Says that the rule left something unjudged, for it would have been too much work. */
  public void cutShort() {
    cutShort = true;
  }

  /**
   * Returns whether the rule left something unjudged because that would have been too much work.
   */
  public boolean isCutShort() {
    return cutShort;
  }

  /** Returns what was reported, in the order in which it was. */
  public List<Finding> findings() {
    settleLast();
    return drafts.stream().map(Draft::finish).toList();
  }

  private Message message(String key, Object... arguments) {
    return new Message(bundle, rule.id() + "." + key, List.of(arguments));
  }

  /** A finding to which more can be said. */
  public final class Draft {
    private final Cursor at;
    private final Message message;
    private final List<String> names = new ArrayList<>();
    private Optional<Fix> fix = Optional.empty();
    private Optional<JsonNode> witness = Optional.empty();
    private Applicability holds = Applicability.EVERYWHERE;
    private Optional<DowngradeReason> neverDenied = Optional.empty();

    private Draft(Cursor at, Message message) {
      this.at = at;
      this.message = message;
    }

    /**
     * Offers a fix. Its texts are the messages {@code <key>} (what it does, in the imperative) and
     * {@code <key>-done} (what it did, and what that costs).
     */
    public Draft fix(Safety safety, String key, List<PatchOp> ops, Object... arguments) {
      Message title = Report.this.message(key, arguments);
      Message done = Report.this.message(key + "-done", arguments);
      this.fix = Optional.of(new Fix(title, done, safety, ops));
      return this;
    }

    /** Offers advice in words: the message {@code <key>}. */
    public Draft advice(String key, Object... arguments) {
      Message title = Report.this.message(key, arguments);
      this.fix = Optional.of(new Fix(title, title, Safety.MANUAL, List.of()));
      return this;
    }

    /** Adds evidence. */
    public Draft witness(JsonNode evidence) {
      this.witness = Optional.of(evidence);
      return this;
    }

    /**
     * Says where the finding is true; {@link Applicability#EVERYWHERE} where this is not called.
     * Anything else can neither deny nor fix.
     */
    public Draft holds(Applicability where) {
      this.holds = where;
      return this;
    }

    /** Says that nothing goes wrong by it, so that it is shown but never refused. */
    public Draft harmless() {
      this.neverDenied = Optional.of(DowngradeReason.HARMLESS);
      return this;
    }

    /**
     * Says that it concerns fewer than the rule denies for, so that it is shown but never refused.
     */
    public Draft lesser() {
      this.neverDenied = Optional.of(DowngradeReason.LESSER);
      return this;
    }

    /**
     * Says that it depends on which of two objects was created first, which is not known, so that
     * it is shown but never refused.
     */
    public Draft unknownOrder() {
      this.neverDenied = Optional.of(DowngradeReason.UNKNOWN_ORDER);
      return this;
    }

    /** Adds something that the finding names, which tells it from others with the same fragment. */
    public Draft names(String name) {
      names.add(name);
      return this;
    }

    /** Adds what stands at a place as something that the finding names. */
    public Draft names(Cursor place) {
      return names(digests.computeIfAbsent(place.node(), Fingerprint::of));
    }

    private Finding finish() {
      return new Finding(
          rule,
          object,
          at.pointer(),
          message,
          fix,
          witness,
          holds,
          neverDenied,
          Fingerprint.of(rule, object, at.node(), names));
    }
  }
}
