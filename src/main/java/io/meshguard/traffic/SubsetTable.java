package io.meshguard.traffic;

import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.HostName;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The subsets that hosts have for the clients of a namespace. A client's proxy takes a rule of its
 * own namespace, else one of the host's namespace, else one of the root namespace; the first of
 * these that has a rule for the host at all ends the search (istio pilot/pkg/model/push_context.go
 * {@code destinationRule} @1.30.3). For use within one check.
 */
final class SubsetTable {

  /** DestinationRules and subsets that are read; nobody writes so many for the hosts of one VS. */
  private static final int MOST = 20_000;

  private final Mesh mesh;
  private final Visibility.Reader visibility;
  private final WorkBudget budget = new WorkBudget(MOST);
  private final Map<String, Optional<List<Rule>>> known = new HashMap<>();

  SubsetTable(Mesh mesh) {
    this.mesh = mesh;
    this.visibility = new Visibility.Reader(mesh);
  }

  /** Whether a subset exists. */
  sealed interface Found {}

  /** It does, for some client at least. */
  record Defined() implements Found {}

  /** That is not known. */
  record Unsure() implements Found {}

  /** No rule of the mesh defines it, so it exists for nobody. */
  record Undefined() implements Found {}

  /** Only a rule defines it whose host is spelled with other letters, so that it never applies. */
  record OtherLetters(Resource rule) implements Found {}

  /**
   * Some rule defines it, but not for the clients of a namespace.
   *
   * @param rule the rule that may be in force for them instead; empty where there is none
   */
  record Hidden(String namespace, Optional<Resource> rule) implements Found {}

  /** A DestinationRule that is for a host, but perhaps for the case of letters. */
  private record Rule(Resource object, boolean sameLetters, Set<String> subsets) {

    boolean defines(String subset) {
      return sameLetters && subsets.contains(subset);
    }

    boolean hasSelector() {
      return object.at("spec", "workloadSelector").isPresent();
    }

    boolean isFor(String namespace) {
      return sameLetters && object.namespace().equals(namespace);
    }
  }

  /** Returns whether there were too many rules to be looked at. */
  boolean isCutShort() {
    return budget.isOver();
  }

  /** Returns whether a host has a subset at all. */
  Found anywhere(String host, String subset) {
    Optional<List<Rule>> rules = rules(host);
    if (rules.isEmpty()) {
      return new Unsure();
    }
    if (rules.get().stream().anyMatch(rule -> rule.defines(subset))) {
      return new Defined();
    }
    return rules.get().stream()
        .filter(rule -> !rule.sameLetters() && rule.subsets().contains(subset))
        .<Found>map(rule -> new OtherLetters(rule.object()))
        .findFirst()
        .orElseGet(Undefined::new);
  }

  /** Returns whether every rule for a host defines a subset, whoever asks. */
  boolean everywhere(String host, String subset) {
    return rules(host)
        .filter(all -> all.stream().allMatch(rule -> rule.defines(subset)))
        .isPresent();
  }

  /**
   * Returns whether the clients of a namespace have a subset that some rule defines. Where several
   * rules may be the one in force, each that defines it counts.
   */
  Found in(String namespace, Set<String> owners, String host, String subset) {
    List<Rule> rules = rules(host).orElse(List.of());
    List<Rule> own = rules.stream().filter(rule -> rule.isFor(namespace)).toList();
    boolean isRoot = mesh.facts().rootNamespaces().contains(namespace);
    if (own.stream().anyMatch(rule -> rule.defines(subset))) {
      return new Defined();
    }
    Optional<Rule> first =
        own.stream()
            .filter(rule -> sees(namespace, rule) == Ternary.TRUE && !rule.hasSelector())
            .findFirst();
    if (!isRoot && first.isPresent()) {
      return new Hidden(namespace, first.map(Rule::object));
    }
    // Where there is none of its own, it may be any of those that it sees in the others.
    Set<String> asked = new HashSet<>(owners);
    asked.addAll(mesh.facts().rootNamespaces());
    List<Rule> others =
        rules.stream()
            .filter(Rule::sameLetters)
            .filter(rule -> asked.contains(rule.object().namespace()))
            .filter(rule -> sees(namespace, rule) != Ternary.FALSE)
            .toList();
    if (others.stream().anyMatch(rule -> rule.defines(subset))) {
      return new Defined();
    }
    boolean sure = own.isEmpty() && others.stream().noneMatch(Rule::hasSelector);
    return sure
        ? new Hidden(namespace, others.stream().findFirst().map(Rule::object))
        : new Unsure();
  }

  private Ternary sees(String namespace, Rule rule) {
    return visibility.of(rule.object()).reaches(namespace);
  }

  /** Returns the rules for a host; empty where they are not all known. */
  private Optional<List<Rule>> rules(String host) {
    Optional<List<Rule>> found = known.get(host);
    if (found == null) {
      found = read(host);
      known.put(host, found);
    }
    return found;
  }

  private Optional<List<Rule>> read(String host) {
    Listing listed = DestinationRules.covering(host.toLowerCase(Locale.ROOT), mesh);
    if (!listed.complete()) {
      return Optional.empty();
    }
    List<Rule> rules = new ArrayList<>();
    for (Resource object : listed.items()) {
      Set<String> subsets = new HashSet<>();
      object.at("spec", "subsets").each().forEach(s -> s.at("name").text().ifPresent(subsets::add));
      if (!budget.take(1L + subsets.size())) {
        return Optional.empty();
      }
      String written =
          HostName.completed(
              object.at("spec", "host").text(""), object.namespace(), mesh.facts().clusterDomain());
      rules.add(new Rule(object, HostName.covers(written, host), subsets));
    }
    return Optional.of(rules);
  }
}
