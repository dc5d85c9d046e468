package io.meshguard.policy;

import io.meshguard.policy.ModeRules.Choice;
import io.meshguard.policy.ModeRules.ModeChoice;
import io.meshguard.policy.ModeRules.Star;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds what is no mistake in a policy and yet worth saying. */
final class PolicyWarnings {

  private final Modes modes;
  private final Map<String, SourceLocation> places;
  private final Problems remarks = new Problems();

  /**
   * Makes a finder.
   *
   * @param places where toggles stand, by rule, {@code rulesAsOf} and {@code controllers}
   */
  PolicyWarnings(Modes modes, Map<String, SourceLocation> places) {
    this.modes = modes;
    this.places = places;
  }

  List<Problem> on(
      List<Exemption> exemptions, List<ServiceAccountGlob> controllers, LocalDate today) {
    modes.toggles().forEach(this::beaten);
    modes.known().all().forEach(rule -> formerly(rule, exemptions));
    modes.rules().star().ifPresent(this::notReached);
    modes
        .rulesAsOf()
        .filter(asOf -> modes.known().running().isBefore(asOf))
        .ifPresent(
            asOf -> say(place("rulesAsOf"), "rulesAsOf", "asOfNewer", modes.known().running()));
    modes.overrides().stream()
        .filter(NamespaceOverride::byLabels)
        .forEach(override -> say(override.place(), "overrides", "byLabels"));
    anywhere(controllers)
        .forEach(account -> anywhere(place("controllers"), "controllers", account));
    for (Exemption exemption : exemptions) {
      anywhere(exemption.serviceAccounts())
          .forEach(account -> anywhere(exemption.place(), "exemptions", account));
      if (exemption.over(today)) {
        String day = exemption.expires().map(LocalDate::toString).orElse("");
        say(exemption.place(), "exemptions", "over", Message.verbatim(day));
      }
      exemption.rules().stream()
          .sorted()
          .flatMap(id -> modes.known().find(id).stream())
          .filter(this::offEverywhere)
          .forEach(rule -> say(exemption.place(), "exemptions", "exemptsFromOff", rule.id()));
    }
    return remarks.all();
  }

  private void beaten(String rule, Mode toggle) {
    Choice choice = modes.rules().named().get(rule);
    if (choice != null && choice.mode().isPresent() && choice.mode().get() != toggle) {
      Message.Verbatim mode = Message.verbatim(toggle.text());
      say(place(rule), rule, "beaten", mode, Message.verbatim(choice.place().line()));
    }
  }

  /** Says where a policy reaches a rule by the name of the one that it was a part of. */
  private void formerly(RuleInfo rule, List<Exemption> exemptions) {
    String old = rule.formerly().orElse("");
    if (old.isEmpty()) {
      return;
    }
    boolean named =
        modes.toggles().containsKey(rule.id()) || modes.rules().named().containsKey(rule.id());
    if (modes.toggles().containsKey(old) && !named) {
      split(place(old), old, rule);
    }
    split(modes.rules(), old, rule);
    modes.overrides().forEach(override -> split(override.rules(), old, rule));
    exemptions.stream()
        .filter(one -> one.rules().contains(old) && !one.rules().contains(rule.id()))
        .forEach(one -> split(one.place(), old, rule));
  }

  private void split(ModeRules rules, String old, RuleInfo rule) {
    Choice former = rules.named().get(old);
    if (former != null && !rules.named().containsKey(rule.id())) {
      split(former.place(), old, rule);
    }
  }

  private void split(SourceLocation place, String old, RuleInfo rule) {
    say(place, old, "formerly", Message.verbatim(rule.id()));
  }

  private void notReached(Star star) {
    if (star.mode().filter(Mode.FIX::equals).isEmpty()) {
      return;
    }
    List<String> off =
        modes.known().all().stream()
            .filter(rule -> rule.fixable() && rule.defaultMode() == Mode.OFF)
            .map(RuleInfo::id)
            .toList();
    if (!off.isEmpty()) {
      say(star.place(), "rules.*", "starFix", Message.verbatim(String.join(", ", off)));
    }
  }

  /** Returns those that everybody can have who may create service accounts somewhere. */
  private static List<ServiceAccountGlob> anywhere(List<ServiceAccountGlob> accounts) {
    return accounts.stream().filter(account -> account.namespace().pattern().equals("*")).toList();
  }

  private void anywhere(SourceLocation place, String key, ServiceAccountGlob account) {
    say(place, key, "anyNamespace", account.toString());
  }

  private boolean offEverywhere(RuleInfo rule) {
    ModeChoice outside = modes.pick(rule, "", Map.of());
    return outside.mode() == Mode.OFF
        && modes.overrides().stream()
            .allMatch(override -> override.rules().over(outside, rule).mode() == Mode.OFF);
  }

  private SourceLocation place(String what) {
    return places.getOrDefault(what, SourceLocation.of("data", Optional.empty()));
  }

  private void say(SourceLocation place, String key, String message, Object... args) {
    remarks.add(place, key, Optional.empty(), message, args);
  }
}
