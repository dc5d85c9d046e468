package io.meshguard.cli;

import io.meshguard.mesh.Mesh;
import io.meshguard.route.Proxy;
import io.meshguard.trace.Entries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** At which proxies a call is looked at. */
final class EntryChoice {

  private static final int MOST_TOLD = 10;

  private final Entries entries;
  private final List<Proxy> chosen = new ArrayList<>();

  /**
   * Finds the proxies that were asked for.
   *
   * @throws UnusableException for one that is not there
   */
  EntryChoice(Mesh mesh, List<String> gateways, List<String> clients) {
    this.entries = new Entries(mesh);
    gateways.forEach(text -> add(text, entries.gateway(text), "trace.entry.gateway"));
    clients.forEach(text -> add(text, entries.sidecar(text), "trace.entry.client"));
  }

  /** Returns whether somebody said where. */
  boolean isGiven() {
    return !chosen.isEmpty();
  }

  /** Returns the proxies that were asked for. */
  List<Proxy> given() {
    return List.copyOf(chosen);
  }

  /** Returns all gateways. */
  List<Proxy> gateways() {
    return entries.gateways();
  }

  /** Returns sidecars of which no two read other configuration, with those that are like each. */
  Map<Proxy, List<Proxy>> sidecars() {
    return entries.sidecarClasses();
  }

  private void add(String text, Entries.Found found, String key) {
    if (found instanceof Entries.Proxies proxies) {
      Map<String, Proxy> all = new LinkedHashMap<>();
      proxies.all().forEach(one -> all.putIfAbsent(one.title() + one.labels(), one));
      chosen.addAll(all.values());
      return;
    }
    Entries.NoProxies none = (Entries.NoProxies) found;
    if (none.similar().isPresent()) {
      throw new UnusableException(key + ".meant", text, none.similar().get());
    }
    List<String> some = none.known().subList(0, Math.min(MOST_TOLD, none.known().size()));
    throw some.isEmpty()
        ? new UnusableException(key + ".empty", text)
        : new UnusableException(key, text, String.join(", ", some));
  }
}
