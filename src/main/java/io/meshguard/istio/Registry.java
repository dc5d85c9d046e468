package io.meshguard.istio;

import io.meshguard.deadline.Deadline;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The service registry of a mesh: Kubernetes Services and ServiceEntries, by host name. */
public final class Registry {

  /** Kinds that the registry looks up. */
  public static final Set<Kind> READS = Set.of(Kind.SERVICE, Kind.SERVICE_ENTRY);

  /** Key under which all entries with a wildcard stand besides; no host can be called so. */
  private static final String ANY_WILDCARD = "*/*";

  private static final Index ENTRIES_BY_HOST =
      new Index("service-entries-by-host", Kind.SERVICE_ENTRY, Registry::keys);

  private static final Index SERVICES_BY_NAME =
      new Index("services-by-name", Kind.SERVICE, service -> Set.of(service.name()));

  private static final MemoizedQuery<HostSet> WILDCARDS =
      new MemoizedQuery<>(Set.of(Kind.SERVICE_ENTRY), Registry::wildcards);

  /** Without Services, of which there are thousands that come and go. */
  private static final MemoizedQuery<HostSet> ENTRY_HOSTS =
      new MemoizedQuery<>(Set.of(Kind.SERVICE_ENTRY), Registry::entryHosts);

  private static final String SERVICES = ".svc.";

  /** Domain of Services that several clusters share (Kubernetes multi-cluster services). */
  private static final String ALL_CLUSTERS = ".svc.clusterset.local";

  private final Mesh mesh;

  /** Makes a view of a mesh. */
  public Registry(Mesh mesh) {
    this.mesh = mesh;
  }

  /**
   * Looks up the Service with a full host name such as {@code reviews.prod.svc.cluster.local}.
   * Absent for a name that no Service can have. Where the cluster's domain is not known, a Service
   * may be called by a name under another one; and what stands for a Service of several clusters is
   * made where nobody sees it.
   */
  public Lookup service(String fullName) {
    String suffix = SERVICES + mesh.facts().clusterDomain();
    if (fullName.endsWith(suffix)) {
      return find(fullName.substring(0, fullName.length() - suffix.length()));
    }
    int end = fullName.indexOf(SERVICES);
    if (end < 0 || (mesh.facts().domainKnown() && !fullName.endsWith(ALL_CLUSTERS))) {
      return new Lookup.Absent();
    }
    boolean none = !fullName.endsWith(ALL_CLUSTERS) && find(fullName.substring(0, end)).isAbsent();
    return none ? new Lookup.Absent() : new Lookup.Unknown();
  }

  private Lookup find(String head) {
    int dot = head.indexOf('.');
    if (dot <= 0 || dot == head.length() - 1 || head.indexOf('.', dot + 1) >= 0) {
      return new Lookup.Absent();
    }
    return mesh.find(Kind.SERVICE, head.substring(dot + 1), head.substring(0, dot));
  }

  /** Returns whether a host name, which may be a wildcard, stands for something registered. */
  public Ternary contains(String fullName) {
    if (HostName.isWildcard(fullName)) {
      return containsAny(fullName);
    }
    Lookup service = service(fullName);
    Listing entries = mesh.list(ENTRIES_BY_HOST, fullName);
    if (service.found().isPresent() || !entries.items().isEmpty()) {
      return Ternary.TRUE;
    }
    if (mesh.derive(WILDCARDS).covers(fullName)) {
      return Ternary.TRUE;
    }
    boolean none = service.isAbsent() && entries.complete();
    return none ? Ternary.FALSE : Ternary.UNKNOWN;
  }

  /**
   * Returns the ServiceEntries of which a wildcard covers a host; empty where the host is, or may
   * be, registered itself, or none covers it.
   *
   * @param budget for comparing hosts; where it ends, nothing is known
   */
  public Optional<List<Resource>> onlyWildcard(String fullName, WorkBudget budget) {
    Listing exact = mesh.list(ENTRIES_BY_HOST, fullName);
    if (HostName.isWildcard(fullName)
        || !service(fullName).isAbsent()
        || !exact.complete()
        || !exact.items().isEmpty()
        || !mesh.derive(WILDCARDS).covers(fullName)) {
      return Optional.empty();
    }
    List<Resource> covering = new ArrayList<>();
    for (Resource entry : mesh.list(ENTRIES_BY_HOST, ANY_WILDCARD).items()) {
      Set<String> all = hosts(entry);
      if (!budget.take(1L + all.size())) {
        return Optional.empty();
      }
      List<String> wildcards = all.stream().filter(HostName::isWildcard).toList();
      if (new HostSet(wildcards).covers(fullName)) {
        covering.add(entry);
      }
    }
    return Optional.of(covering);
  }

  /** Returns the ServiceEntries that name exactly a host. */
  public Listing entries(String fullName) {
    return mesh.list(ENTRIES_BY_HOST, fullName);
  }

  /** Returns the Services of all namespaces that have a name. */
  public Listing servicesNamed(String name) {
    return mesh.list(SERVICES_BY_NAME, name);
  }

  /**
   * Returns the ports of a host: those of the Service, else those of the ServiceEntries that name
   * it.
   *
   * @return the ports; empty where neither is known, so that any port may exist
   */
  public Optional<List<ServicePort>> ports(String fullName) {
    Versions istio = mesh.facts().istio();
    Optional<Resource> service = service(fullName).found();
    if (service.isPresent()) {
      return Optional.of(ServicePort.of(service.get(), istio));
    }
    Listing entries = entries(fullName);
    return entries.items().isEmpty()
        ? Optional.empty()
        : Optional.of(
            entries.items().stream()
                .flatMap(entry -> ServicePort.of(entry, istio).stream())
                .toList());
  }

  /** Returns the full name of the host that a DestinationRule is for; empty where it names none. */
  public String destination(Resource destinationRule) {
    String host = destinationRule.at("spec", "host").text("");
    return HostName.resolve(host, destinationRule.namespace(), mesh.facts().clusterDomain());
  }

  /** Returns whether a Service is headless: it has no cluster IP, so that callers see its Pods. */
  public static boolean isHeadless(Resource service) {
    return service.at("spec", "clusterIP").is("None");
  }

  /** Returns the full host name of a Service. */
  public String fullName(Resource service) {
    return service.name() + "." + service.namespace() + ".svc." + mesh.facts().clusterDomain();
  }

  private Ternary containsAny(String wildcard) {
    if (mesh.derive(ENTRY_HOSTS).overlaps(wildcard) || meansService(wildcard)) {
      return Ternary.TRUE;
    }
    boolean complete =
        mesh.list(Kind.SERVICE).complete() && mesh.list(Kind.SERVICE_ENTRY).complete();
    boolean otherDomain =
        !mesh.facts().domainKnown() && (wildcard.contains(SERVICES) || wildcard.endsWith(".local"));
    return complete && !otherDomain && !wildcard.endsWith(ALL_CLUSTERS)
        ? Ternary.FALSE
        : Ternary.UNKNOWN;
  }

  private static HostSet wildcards(Mesh mesh) {
    return new HostSet(
        mesh.list(ENTRIES_BY_HOST, ANY_WILDCARD).items().stream()
            .flatMap(entry -> hosts(entry).stream())
            .filter(HostName::isWildcard)
            .toList());
  }

  /** Returns whether a wildcard means a Service; looks at no others than those of a namespace. */
  private boolean meansService(String wildcard) {
    String domain = SERVICES + mesh.facts().clusterDomain();
    String tail = wildcard.substring(1);
    if (domain.endsWith(tail)) {
      return !mesh.list(Kind.SERVICE).items().isEmpty();
    }
    if (!tail.endsWith(domain)) {
      return false;
    }
    String before = tail.substring(0, tail.length() - domain.length());
    int dot = before.lastIndexOf('.');
    List<Resource> near =
        dot < 0
            ? mesh.list(Kind.SERVICE).items()
            : mesh.list(Kind.SERVICE, before.substring(dot + 1)).items();
    return near.stream()
        .anyMatch(
            service -> {
              Deadline.check();
              return fullName(service).endsWith(tail);
            });
  }

  private static HostSet entryHosts(Mesh mesh) {
    return new HostSet(
        mesh.list(Kind.SERVICE_ENTRY).items().stream()
            .flatMap(entry -> hosts(entry).stream())
            .toList());
  }

  private static Set<String> keys(Resource entry) {
    Set<String> keys = hosts(entry);
    if (keys.stream().anyMatch(HostName::isWildcard)) {
      keys.add(ANY_WILDCARD);
    }
    return keys;
  }

  private static Set<String> hosts(Resource entry) {
    Set<String> hosts = new HashSet<>();
    List<Cursor> listed = entry.at("spec", "hosts").each();
    listed.stream()
        .map(Cursor::text)
        .flatMap(Optional::stream)
        .forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
    return hosts;
  }
}
