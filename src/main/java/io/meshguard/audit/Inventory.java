package io.meshguard.audit;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.policy.Exemption;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Resource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What an audit lists besides findings.
 *
 * @param stamped objects that the webhook has patched
 * @param exemptions the exemptions of the policy, in order, then annotations by object
 */
public record Inventory(List<Stamped> stamped, List<Exempting> exemptions) {

  /** Annotation that names the rules whose fixes the webhook applied. */
  private static final String STAMP = "meshguard.io/fixed";

  /** Start of the annotations that exempt their object from a rule. */
  private static final String ALLOW = "meshguard.io/allow.";

  public Inventory {
    stamped = List.copyOf(stamped);
    exemptions = List.copyOf(exemptions);
  }

  /**
   * An object that the webhook has patched.
   *
   * @param rules ids of the rules, as the stamp names them
   */
  public record Stamped(ObjectRef object, String rules) {}

  /** What has become of an exemption. */
  public enum State {
    /** It exempts at least one finding. */
    USED,
    /** What it names is there, but has nothing to be exempt from. */
    IDLE,
    /** Nothing that it names is there. */
    UNMATCHED,
    /** It depends on who asks, which nobody does here. */
    PERSONAL,
    /** Its last day is over. */
    EXPIRED
  }

  /**
   * An exemption.
   *
   * @param source where it stands: {@code policy.yaml:20}, or the name of an annotation
   * @param object the object that carries the annotation; empty for one of the policy
   * @param rules ids of rules, sorted; {@code *} for all
   * @param findings how many findings it exempts now
   */
  public record Exempting(
      String source,
      Optional<ObjectRef> object,
      List<String> rules,
      String reason,
      Optional<String> owner,
      Optional<LocalDate> expires,
      State state,
      int findings) {

    public Exempting {
      rules = List.copyOf(rules);
    }
  }

  /**
   * Returns the inventory of an audit.
   *
   * @param objects the objects that were judged
   * @param verdicts what was said of them
   * @param everything whether these are all objects that the policy is about, so that an exemption
   *     without any is named
   */
  public static Inventory of(
      Policy policy,
      Collection<Resource> objects,
      Collection<Verdict> verdicts,
      LocalDate today,
      boolean everything) {
    List<Stamped> stamped = new ArrayList<>();
    List<Exempting> exemptions = new ArrayList<>();
    Map<String, Integer> used = uses(verdicts);
    Set<Exemption> unmatched = new HashSet<>(policy.unusedExemptions(objects));
    for (Exemption exemption : policy.exemptions()) {
      int findings = used.getOrDefault(exemption.place().line(), 0);
      State state = state(exemption, findings, everything && unmatched.contains(exemption), today);
      exemptions.add(
          new Exempting(
              exemption.place().line(),
              Optional.empty(),
              List.copyOf(new TreeSet<>(exemption.rules())),
              exemption.reason(),
              exemption.owner(),
              exemption.expires(),
              state,
              findings));
    }
    Map<String, Integer> allowed = allowed(verdicts);
    for (Resource object : objects) {
      object.annotation(STAMP).ifPresent(rules -> stamped.add(new Stamped(object.ref(), rules)));
      for (Cursor.Field field : object.at("metadata", "annotations").fields()) {
        if (field.name().startsWith(ALLOW)) {
          exemptions.add(annotation(object, field, allowed));
        }
      }
    }
    return new Inventory(stamped, exemptions);
  }

  private static State state(
      Exemption exemption, int findings, boolean unmatched, LocalDate today) {
    if (exemption.over(today)) {
      return State.EXPIRED;
    }
    if (findings > 0) {
      return State.USED;
    }
    if (unmatched) {
      return State.UNMATCHED;
    }
    return exemption.personal() ? State.PERSONAL : State.IDLE;
  }

  private static Exempting annotation(
      Resource object, Cursor.Field field, Map<String, Integer> allowed) {
    int findings = allowed.getOrDefault(key(object.ref(), field.name()), 0);
    return new Exempting(
        field.name(),
        Optional.of(object.ref()),
        List.of(field.name().substring(ALLOW.length())),
        field.value().text("").strip(),
        Optional.empty(),
        Optional.empty(),
        findings > 0 ? State.USED : State.IDLE,
        findings);
  }

  private static Map<String, Integer> uses(Collection<Verdict> verdicts) {
    Map<String, Integer> uses = new HashMap<>();
    verdicts.forEach(
        verdict ->
            sources(verdict)
                .filter(source -> !source.startsWith(ALLOW))
                .forEach(source -> uses.merge(source, 1, Integer::sum)));
    return uses;
  }

  private static Map<String, Integer> allowed(Collection<Verdict> verdicts) {
    Map<String, Integer> uses = new HashMap<>();
    verdicts.forEach(
        verdict ->
            sources(verdict)
                .filter(source -> source.startsWith(ALLOW))
                .forEach(
                    source -> uses.merge(key(verdict.object().ref(), source), 1, Integer::sum)));
    return uses;
  }

  private static Stream<String> sources(Verdict verdict) {
    return verdict.judged().stream()
        .filter(GradedFinding::exempt)
        .flatMap(judged -> judged.decision().exemption().stream())
        .map(exemption -> exemption.source());
  }

  private static String key(ObjectRef object, String annotation) {
    return object.kind() + " " + object.path() + " " + annotation;
  }
}
