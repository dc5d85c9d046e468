package io.meshguard.policy;

/**
 * A pattern for service accounts.
 *
 * @param namespace pattern of the namespace
 * @param name pattern of the name
 */
public record ServiceAccountGlob(Glob namespace, Glob name) {

  static ServiceAccountGlob of(String pattern) {
    int slash = pattern.indexOf('/');
    return new ServiceAccountGlob(
        new Glob(pattern.substring(0, slash)), new Glob(pattern.substring(slash + 1)));
  }

  /** Returns whether a service account, given as {@code namespace/name}, matches. */
  public boolean matches(String account) {
    int slash = account.indexOf('/');
    return slash >= 0
        && namespace.matches(account.substring(0, slash))
        && name.matches(account.substring(slash + 1));
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
