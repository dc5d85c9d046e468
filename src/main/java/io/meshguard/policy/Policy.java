package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.engine.Decision;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Requester;
import io.meshguard.mesh.Version;
import io.meshguard.policy.ModeRules.ModeChoice;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A policy that was read and found good. Never changes. */
public final class Policy implements Settings {

  private final Enforcement enforcement;
  private final General general;
  private final Modes modes;
  private final Exemptions exemptions;

  Policy(Enforcement enforcement, General general, Modes modes, List<Exemption> exemptions) {
    this.enforcement = enforcement;
    this.general = general;
    this.modes = modes;
    this.exemptions = new Exemptions(exemptions, general.selfService());
  }

  /**
   * Returns the policy that holds where nobody wrote one.
   *
   * @param rules all rules
   * @param running release of this program
   */
  public static Policy defaults(List<RuleInfo> rules, Version running) {
    KnownRules known = new KnownRules(rules, running);
    Modes modes = new Modes(known, Map.of(), ModeRules.NONE, List.of(), Optional.empty());
    return new Policy(Enforcement.ENFORCE, General.DEFAULT, modes, List.of());
  }

  /** Returns the cap on all modes. */
  public Enforcement enforcement() {
    return enforcement;
  }

  /** Returns what is decided for all rules alike. */
  public General general() {
    return general;
  }

  /** Returns the exemptions, in order, those that are over included. */
  public List<Exemption> exemptions() {
    return exemptions.all();
  }

  @Override
  public Decision decide(RuleInfo rule, Subject subject) {
    // Its default may be another here than the rule itself says: see RuleInfo.inFiles.
    RuleInfo known = modes.known().find(rule.id()).orElse(rule);
    ModeChoice pick = modes.pick(known, subject.object().namespace(), subject.namespaceLabels());
    Mode mode = enforcement.cap(pick.mode());
    Exemptions.Answer answer =
        mode == Mode.OFF
            ? new Exemptions.Answer(Optional.empty(), List.of())
            : exemptions.ask(rule, mode, subject);
    return new Decision(
        pick.mode(),
        mode,
        pick.source(),
        parameters(pick.parameters()),
        answer.exemption(),
        answer.notices());
  }

  @Override
  public boolean ratchet() {
    return general.ratchet();
  }

  @Override
  public boolean dryRunEnforced(Subject subject) {
    boolean here = lastSaid(subject, NamespaceOverride::dryRunEnforced, general.dryRunEnforced());
    return here || subject.requester().filter(this::dryRunEnforcedFor).isPresent();
  }

  @Override
  public boolean controller(Requester requester) {
    return ofKubernetes(requester)
        || general.controllers().stream()
            .anyMatch(account -> account.matches(requester.serviceAccount()));
  }

  /** The controllers of Kubernetes have an account each, or all of them one user. */
  private static boolean ofKubernetes(Requester requester) {
    return requester.user().equals("system:kube-controller-manager")
        || requester.serviceAccount().startsWith("kube-system/");
  }

  @Override
  public Gitops gitops() {
    return general.gitops();
  }

  @Override
  public boolean stamp() {
    return general.stamp();
  }

  @Override
  public Language language(Subject subject) {
    return lastSaid(subject, NamespaceOverride::language, general.language());
  }

  /**
   * Returns what becomes of every rule in a namespace, in the order of the rules.
   *
   * @param namespace its name; empty for objects that have none
   * @param labels its labels
   */
  public List<Explained> explain(String namespace, Map<String, String> labels) {
    List<Explained> all = new ArrayList<>();
    for (RuleInfo rule : modes.known().all()) {
      ModeChoice pick = modes.pick(rule, namespace, labels);
      Mode mode = enforcement.cap(pick.mode());
      all.add(new Explained(rule, pick.mode(), mode, pick.source()));
    }
    return all;
  }

  /**
   * Returns the exemptions that name objects, none of which is among the given ones.
   *
   * @param objects all objects there are
   */
  public List<Exemption> unusedExemptions(Iterable<Resource> objects) {
    Set<Exemption> unused = new LinkedHashSet<>(exemptions.all());
    unused.removeIf(exemption -> exemption.objects().isEmpty());
    for (Resource object : objects) {
      unused.removeIf(exemption -> concerns(exemption, object));
    }
    return List.copyOf(unused);
  }

  /**
   * Returns whether a rule has had the same mode on an object for as long as this policy is in
   * force: nothing speaks of it that depends on labels, annotations, the date or who asks.
   */
  public boolean isSteady(RuleInfo rule, Resource object) {
    boolean exempted =
        exemptions.all().stream().anyMatch(e -> e.covers(rule) && e.covers(object.ref()));
    boolean byLabels =
        modes.overrides().stream()
            .anyMatch(
                override ->
                    !override.labels().isEmpty()
                        && override.covers(object.namespace(), override.labels()));
    return !exempted && !byLabels && !general.selfService();
  }

  private boolean concerns(Exemption exemption, Resource object) {
    return exemption.covers(object.ref())
        && modes.known().all().stream()
            .anyMatch(rule -> rule.isAbout(object.kind()) && exemption.covers(rule));
  }

  private boolean dryRunEnforcedFor(Requester requester) {
    String account = requester.serviceAccount();
    String name = account.substring(account.indexOf('/') + 1);
    return general.dryRunEnforceFor().stream()
        .anyMatch(
            glob ->
                glob.matches(requester.user())
                    || (requester.isServiceAccount() && glob.matches(name)));
  }

  private <T> T lastSaid(
      Subject subject, Function<NamespaceOverride, Optional<T>> what, T otherwise) {
    T said = otherwise;
    for (NamespaceOverride override : modes.overrides()) {
      if (override.covers(subject.object().namespace(), subject.namespaceLabels())) {
        said = what.apply(override).orElse(said);
      }
    }
    return said;
  }

  private static Parameters parameters(Map<String, JsonNode> values) {
    if (values.isEmpty()) {
      return Parameters.NONE;
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    values.forEach(node::set);
    return new Parameters(node);
  }
}
