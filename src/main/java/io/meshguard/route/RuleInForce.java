package io.meshguard.route;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The DestinationRules of one namespace and host that are in force for a client, merged into one.
 *
 * @param objects the rules, the first merged first
 * @param passed rules for the host that are not in force for the client
 */
public record RuleInForce(List<Resource> objects, List<Resource> passed) {

  /** Copies the lists. */
  public RuleInForce {
    objects = List.copyOf(objects);
    passed = List.copyOf(passed);
  }

  /** Returns the subsets by name, of two with the same name the first. */
  public Map<String, Cursor> subsets() {
    Map<String, Cursor> subsets = new LinkedHashMap<>();
    for (Resource object : objects) {
      for (Cursor subset : object.at("spec", "subsets").each()) {
        subsets.putIfAbsent(subset.at("name").text(""), subset);
      }
    }
    return subsets;
  }

  /** Returns the rule that defines a subset. */
  public Optional<Resource> definer(String subset) {
    return objects.stream()
        .filter(
            one -> one.at("spec", "subsets").each().stream().anyMatch(s -> s.at("name").is(subset)))
        .findFirst();
  }

  /** Returns the rule whose traffic policy for all subsets is in force. */
  public Optional<Resource> policyOwner() {
    return objects.stream().filter(one -> one.at("spec", "trafficPolicy").isPresent()).findFirst();
  }
}
