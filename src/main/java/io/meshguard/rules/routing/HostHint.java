package io.meshguard.rules.routing;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Registry;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.traffic.Destination;
import io.meshguard.traffic.HostTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the author of a destination may have meant whose host nothing has.
 *
 * @param key key of the message
 * @param name the name that was meant; empty where none is known
 * @param fix what to write instead, where nothing else can be meant and it is right in any case
 */
record HostHint(String key, String name, Optional<String> fix) {

  private static final HostHint NONE = new HostHint("no-host", "", Optional.empty());
  private static final String SERVICES = ".svc";

  /** Labels of a host that a wildcard may begin at. */
  private static final int MOST_LABELS = 20;

  /** Returns the best guess for a destination. */
  static HostHint of(
      Destination destination, String host, Resource subject, HostTable hosts, Mesh mesh) {
    return new Guess(destination, host, subject, hosts, mesh).best();
  }

  private record Guess(
      Destination destination, String host, Resource subject, HostTable hosts, Mesh mesh) {

    HostHint best() {
      return incomplete()
          .or(this::letters)
          .or(this::wildcard)
          .or(this::pod)
          .or(this::own)
          .or(this::elsewhere)
          .orElse(NONE);
    }

    /** The name with a dot that Istio does not complete, or one dot too many at its end. */
    private Optional<HostHint> incomplete() {
      String head = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
      String name = head;
      if (!head.endsWith(SERVICES + "." + domain())) {
        String rest =
            head.endsWith(SERVICES) ? head.substring(0, head.length() - SERVICES.length()) : head;
        name = rest + SERVICES + "." + domain();
      }
      return domain().isEmpty() ? Optional.empty() : service(name, "no-host-incomplete");
    }

    private Optional<HostHint> letters() {
      return service(host.toLowerCase(Locale.ROOT), "no-host-letters");
    }

    private Optional<HostHint> service(String name, String key) {
      if (name.equals(host) || !(hosts.find(name) instanceof HostTable.Host found)) {
        return Optional.empty();
      }
      return found.service().map(service -> new HostHint(key, name, written(service, name)));
    }

    /** The short name is right whatever the domain of the cluster is. */
    private Optional<String> written(Resource service, String name) {
      if (service.namespace().equals(subject.namespace())) {
        return Optional.of(service.name());
      }
      return Optional.of(name).filter(full -> mesh.facts().domainKnown());
    }

    private Optional<HostHint> wildcard() {
      String rest = host;
      for (int i = 0; i < MOST_LABELS && rest.indexOf('.') >= 0; i++) {
        rest = rest.substring(rest.indexOf('.') + 1);
        String wildcard = "*." + rest;
        if (hosts.find(wildcard) instanceof HostTable.Host) {
          return Optional.of(new HostHint("no-host-wildcard", wildcard, Optional.empty()));
        }
      }
      return Optional.empty();
    }

    private Optional<HostHint> pod() {
      int dot = host.indexOf('.');
      String service = host.substring(dot + 1);
      boolean headless =
          dot > 0
              && hosts.find(service) instanceof HostTable.Host found
              && found.service().filter(Registry::isHeadless).isPresent();
      return headless
          ? Optional.of(new HostHint("no-host-pod", service, Optional.empty()))
          : Optional.empty();
    }

    private Optional<HostHint> own() {
      boolean own =
          host.equals(destination.written())
              && !host.contains(SERVICES + ".")
              && VirtualServices.boundToMesh(subject)
              && VirtualServices.hosts(subject).stream().anyMatch(one -> one.is(host));
      return own
          ? Optional.of(new HostHint("no-host-own", host, Optional.empty()))
          : Optional.empty();
    }

    /** Named only where the author may see it. */
    private Optional<HostHint> elsewhere() {
      if (host.equals(destination.written()) || HostName.isWildcard(host)) {
        return Optional.empty();
      }
      Registry registry = new Registry(mesh);
      List<Resource> others = registry.servicesNamed(destination.written()).items();
      return others.size() == 1
              && Visibility.of(others.get(0), mesh).reaches(subject.namespace()) == Ternary.TRUE
          ? Optional.of(
              new HostHint("no-host-elsewhere", registry.fullName(others.get(0)), Optional.empty()))
          : Optional.empty();
    }

    private String domain() {
      return mesh.facts().clusterDomain();
    }
  }
}
