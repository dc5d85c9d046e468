package io.meshguard.policy;

import io.meshguard.mesh.Requester;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.RuleInfo;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What exempts objects, or what somebody asks for, from rules.
 *
 * @param rules ids of the rules; {@code *} for all
 * @param objects the objects; empty for all
 * @param users names of people; with the two below, empty for everybody
 * @param groups names of groups
 * @param serviceAccounts service accounts
 * @param reason why
 * @param owner who answers for it
 * @param expires its last day
 * @param place where it stands
 */
public record Exemption(
    Set<String> rules,
    List<ObjectGlob> objects,
    List<Glob> users,
    List<Glob> groups,
    List<ServiceAccountGlob> serviceAccounts,
    String reason,
    Optional<String> owner,
    Optional<LocalDate> expires,
    SourceLocation place) {

  public Exemption {
    rules = Set.copyOf(rules);
    objects = List.copyOf(objects);
    users = List.copyOf(users);
    groups = List.copyOf(groups);
    serviceAccounts = List.copyOf(serviceAccounts);
  }

  /** Returns whether it is over; its last day still counts. */
  public boolean over(LocalDate today) {
    return expires.filter(today::isAfter).isPresent();
  }

  /** Returns whether it speaks of a rule, or of the one that it was a part of. */
  public boolean covers(RuleInfo rule) {
    return rules.contains(RulesReader.ALL) || rule.names().stream().anyMatch(rules::contains);
  }

  /** Returns whether it speaks of an object. */
  public boolean covers(ObjectRef object) {
    return objects.isEmpty() || objects.stream().anyMatch(glob -> glob.matches(object));
  }

  /** Returns whether it speaks of who asks; nobody asks when files are checked. */
  public boolean covers(Optional<Requester> requester) {
    if (!personal()) {
      return true;
    }
    return requester.filter(this::names).isPresent();
  }

  /** Returns whether it depends on who asks. */
  public boolean personal() {
    return !users.isEmpty() || !groups.isEmpty() || !serviceAccounts.isEmpty();
  }

  private boolean names(Requester requester) {
    return users.stream().anyMatch(glob -> glob.matches(requester.user()))
        || groups.stream().anyMatch(glob -> requester.groups().stream().anyMatch(glob::matches))
        || serviceAccounts.stream().anyMatch(glob -> glob.matches(requester.serviceAccount()));
  }
}
