package io.meshguard.rules.routing;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The VirtualServices whose routes a gateway puts before those of another one: same hosts, bound to
 * its gateways, and older (istio pilot/pkg/networking/core/gateway.go and
 * pilot/pkg/model/push_context.go @1.30.3). Sidecars take one VirtualService for a host, so only
 * what is bound to gateways alone has neighbours.
 */
final class Neighbours {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.of(Set.of(Kind.VIRTUAL_SERVICE), Gateways.READS, Visibility.READS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** So many share a host by accident only where somebody tests us. */
  private static final int MOST = 200;

  /** Where nobody knows which is older, as in files, each is looked at by itself, which is dear. */
  private static final int MOST_UNORDERED = 50;

  private static final int MOST_COMPARED = 2_000;

  private final Resource subject;
  private final Mesh mesh;
  private final Set<String> hosts;
  private final Set<String> gateways;
  private final Map<String, Boolean> admitted = new HashMap<>();
  private boolean cutShort;

  Neighbours(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.mesh = mesh;
    boolean joined = !VirtualServices.boundToMesh(subject);
    this.hosts = joined ? hosts(subject) : Set.of();
    this.gateways = joined ? GatewayNames.of(subject).ofAll() : Set.of();
  }

  /**
   * A VirtualService that shares hosts and gateways with another one.
   *
   * @param ordered whether it is known to be the older one; else that is not known
   */
  record Neighbour(Resource virtualService, boolean ordered) {}

  /** Returns those that are older, or may be, the ones that are known to be older first. */
  List<Neighbour> older() {
    List<Neighbour> known = new ArrayList<>();
    List<Neighbour> perhaps = new ArrayList<>();
    if (hosts.isEmpty() || gateways.isEmpty() || !Visibility.of(subject, mesh).reachesAll()) {
      return known;
    }
    WorkBudget budget = new WorkBudget(MOST_COMPARED);
    Iterator<Resource> others =
        VirtualServices.othersForGatewayHost(subject, hosts.iterator().next(), mesh).iterator();
    while (others.hasNext() && !cutShort) {
      Resource other = others.next();
      cutShort = !budget.take(1);
      Optional<Boolean> older = isOlder(other);
      if (older.orElse(true) && meets(other)) {
        boolean ordered = older.isPresent();
        (ordered ? known : perhaps).add(new Neighbour(other, ordered));
        boolean enough = known.size() >= MOST || perhaps.size() >= MOST_UNORDERED;
        cutShort |= enough && others.hasNext();
      }
    }
    known.addAll(perhaps);
    return known;
  }

  /** Returns whether there may be more than were found. */
  boolean isCutShort() {
    return cutShort;
  }

  /** Its routes stand beside the subject's wherever the subject's do. */
  private boolean meets(Resource other) {
    Set<String> reached = GatewayNames.of(other).ofAll();
    return reached.containsAll(gateways)
        && hosts(other).containsAll(hosts)
        && !other.beingDeleted()
        && Visibility.of(other, mesh).reachesAll()
        && (other.namespace().equals(subject.namespace()) || isAdmitted(other.namespace()));
  }

  private boolean isAdmitted(String namespace) {
    return admitted.computeIfAbsent(
        namespace, n -> gateways.stream().allMatch(gateway -> admits(gateway, n)));
  }

  /** A server's host may be for one namespace only, and a short name means another host there. */
  private boolean admits(String gateway, String namespace) {
    return hosts.stream().allMatch(host -> host.contains("."))
        && Gateways.reference(gateway, subject.namespace())
            .map(reference -> Gateways.find(reference, mesh))
            .flatMap(Lookup::found)
            .map(found -> Gateways.hosts(found, namespace))
            .filter(taken -> hosts.stream().allMatch(taken::covers))
            .isPresent();
  }

  /** What the API server has stored is older than what it has not; equal times go by name. */
  private Optional<Boolean> isOlder(Resource other) {
    String mine = created(subject);
    String theirs = created(other);
    if (mine.isEmpty() || theirs.isEmpty()) {
      return mine.isEmpty() == theirs.isEmpty() ? Optional.empty() : Optional.of(mine.isEmpty());
    }
    int byTime = theirs.compareTo(mine);
    if (byTime != 0) {
      return Optional.of(byTime < 0);
    }
    int joined = joined(other).compareTo(joined(subject));
    int apart = other.name().compareTo(subject.name());
    boolean agree = apart == 0 || Integer.signum(apart) == Integer.signum(joined);
    return agree ? Optional.of(joined < 0) : Optional.empty();
  }

  /** RFC 3339 in UTC to the second, as the API server writes it, sorts as text. */
  private static String created(Resource virtualService) {
    String time = virtualService.at("metadata", "creationTimestamp").text("");
    return time.endsWith("Z") ? time : "";
  }

  private static String joined(Resource virtualService) {
    return virtualService.name() + "." + virtualService.namespace();
  }

  private static Set<String> hosts(Resource virtualService) {
    return VirtualServices.hosts(virtualService).stream()
        .map(host -> host.text("").toLowerCase(Locale.ROOT))
        .filter(host -> !host.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
