package io.meshguard.mesh;

import java.util.Set;

/**
 * Who makes a request.
 *
 * @param user user name as the API server knows it
 * @param groups the groups of the user
 */
public record Requester(String user, Set<String> groups) {

  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  public Requester {
    groups = Set.copyOf(groups);
  }

  /** Returns whether a service account asks, not a person. */
  public boolean isServiceAccount() {
    return user.startsWith(SERVICE_ACCOUNT);
  }

  /** Returns {@code namespace/name} of a service account, empty for anyone else. */
  public String serviceAccount() {
    return isServiceAccount() ? user.substring(SERVICE_ACCOUNT.length()).replace(':', '/') : "";
  }
}
