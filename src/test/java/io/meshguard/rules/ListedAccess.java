package io.meshguard.rules;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access;
import io.meshguard.mesh.Requester;
import java.util.Optional;
import java.util.Set;

/**
 * Answers from lists of {@code VERB:GROUP/RESOURCE}, in which {@code *} stands for any.
 *
 * @param user who asks
 * @param may what they may do
 * @param unsure what cannot be found out
 */
record ListedAccess(Requester user, Set<String> may, Set<String> unsure) implements Access {

  @Override
  public Optional<Requester> requester() {
    return Optional.of(user);
  }

  @Override
  public Ternary may(Permission permission) {
    if (unsure.stream().anyMatch(pattern -> matches(pattern, permission))) {
      return Ternary.UNKNOWN;
    }
    return may.stream().anyMatch(pattern -> matches(pattern, permission))
        ? Ternary.TRUE
        : Ternary.FALSE;
  }

  private static boolean matches(String pattern, Permission permission) {
    int colon = pattern.indexOf(':');
    int slash = pattern.indexOf('/', colon);
    return matches(pattern.substring(0, colon), permission.verb())
        && matches(pattern.substring(colon + 1, slash), permission.group())
        && matches(pattern.substring(slash + 1), permission.resource());
  }

  private static boolean matches(String pattern, String text) {
    return pattern.equals("*") || pattern.equals(text);
  }
}
