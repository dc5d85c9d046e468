package io.meshguard.cli;

import io.meshguard.engine.Verdict;
import io.meshguard.lint.Ignores;
import io.meshguard.resource.Nearest;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a user should know of a check besides its findings: as few lines as will do. */
final class CheckNotes {

  private final Console console;
  private final List<Rule> rules;
  private final boolean verbose;

  CheckNotes(Console console, List<Rule> rules, boolean verbose) {
    this.console = console;
    this.rules = rules;
    this.verbose = verbose;
  }

  /**
   * Tells all of it.
   *
   * @param files files of which every object was judged
   * @param people whether a person reads one of the reports
   */
  void tell(
      CheckScopes scopes,
      List<Verdict> verdicts,
      Ignores ignores,
      Set<String> files,
      boolean people) {
    Notes notes = new Notes(console, verbose);
    notes.left(scopes.chosen());
    notes.worlds(scopes.all().stream().map(scope -> scope.given().objects()).toList());
    notes.verdicts(verdicts, console.language());
    notes.undiscovered(verdicts);
    ignores(ignores, files);
    if (scopes.istioAssumed() && people) {
      notes.assumedIstio(rules, verdicts.stream().map(Verdict::object).toList());
    }
  }

  private void ignores(Ignores ignores, Set<String> files) {
    for (Ignores.Idle idle : ignores.withoutReason()) {
      console.tell("ignore.reason", shown(idle), String.join(",", idle.rules()));
    }
    for (Ignores.Idle idle : ignores.unused(files)) {
      List<String> known = new ArrayList<>();
      for (String rule : idle.rules()) {
        if (isKnown(rule)) {
          known.add(rule);
        } else {
          unknown(idle, rule);
        }
      }
      if (!known.isEmpty()) {
        console.tell("ignore.unused", shown(idle), String.join(", ", known));
      }
    }
  }

  private void unknown(Ignores.Idle idle, String rule) {
    Optional<String> near = Nearest.to(rule, rules.stream().map(r -> r.info().id()).toList());
    String named = SafeText.cut(rule);
    if (near.isPresent()) {
      console.tell("ignore.meant", shown(idle), named, near.get());
    } else {
      console.tell("ignore.unknown", shown(idle), named);
    }
  }

  private boolean isKnown(String rule) {
    return rules.stream().anyMatch(known -> known.info().names().contains(rule));
  }

  private static String shown(Ignores.Idle idle) {
    return SafeText.escape(idle.place());
  }
}
