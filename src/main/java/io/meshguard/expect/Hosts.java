package io.meshguard.expect;

import java.util.Locale;

/** Names of hosts, of which one Service has several. */
final class Hosts {

  private static final String SERVICE = ".svc";

  private Hosts() {}

  /**
   * Returns the same text for all names of a Service.
   *
   * @param namespace the namespace that a name without one stands for
   */
  static String canonical(String host, String namespace) {
    String name = host.toLowerCase(Locale.ROOT);
    int service = name.indexOf(SERVICE + ".");
    if (name.endsWith(SERVICE)) {
      name = name.substring(0, name.length() - SERVICE.length());
    } else if (service > 0) {
      name = name.substring(0, service);
    }
    return name.indexOf('.') < 0 ? name + "." + namespace : name;
  }

  static boolean isSame(String one, String other, String namespace) {
    return canonical(one, namespace).equals(canonical(other, namespace));
  }
}
