package io.meshguard.traffic;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Gateways whose servers one proxy has together: all whose selector it carries (istio
 * pilot/pkg/model/push_context.go {@code mergeGateways} @1.30.3). For use within one check.
 */
public final class GatewayGroups {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS =
      Stream.of(
              GatewayProxies.READS,
              Set.of(Kind.GATEWAY, Kind.DEPLOYMENT, Kind.ISTIO_OPERATOR, Kind.SAIL_ISTIO))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** On the Pods that a Gateway of the Gateway API has, which take no other Gateways since 1.31. */
  private static final String MANAGED = "gateway.networking.k8s.io/gateway-name";

  private static final String OWN_NAMESPACE_ONLY = "PILOT_SCOPE_GATEWAY_TO_NAMESPACE";

  private static final Index BY_SELECTOR =
      new Index(
          "gateways-by-whole-selector", Kind.GATEWAY, gateway -> Set.of(key(selector(gateway))));

  /** Each is found under one label of its selector: whoever carries all of them has that one. */
  private static final Index BY_LABEL =
      new Index(
          "gateways-by-a-label",
          Kind.GATEWAY,
          gateway -> labels(selector(gateway)).limit(1).collect(Collectors.toSet()));

  private static final int MOST_PROXIES = 16;

  /** Of one proxy; each is compared with all others, and an audit looks at each of them. */
  private static final int MOST_GATEWAYS = 250;

  private final Resource subject;
  private final Mesh mesh;
  private final WorkBudget budget = new WorkBudget(MOST_GATEWAYS);

  /** Makes a view of the Gateways around one. */
  public GatewayGroups(Resource subject, Mesh mesh) {
    this.subject = subject;
    this.mesh = mesh;
  }

  /**
   * Returns the Gateways of each proxy that surely has this one, itself among them. Where no proxy
   * is seen, those with the same selector stand for one.
   */
  public List<List<Resource>> all() {
    Map<String, String> own = selector(subject);
    Set<Map<String, String>> proxies = GatewayProxies.labels(own, mesh);
    List<List<Resource>> groups = new ArrayList<>();
    if (proxies.isEmpty()) {
      groups.add(group(Stream.of(key(own), key(Map.of())).distinct(), BY_SELECTOR, own));
      return groups;
    }
    proxies.stream()
        .filter(labels -> !labels.containsKey(MANAGED))
        .limit(MOST_PROXIES)
        .forEach(labels -> groups.add(ofProxy(labels)));
    return groups;
  }

  /** Returns whether there were too many Gateways to be looked at. */
  public boolean isCutShort() {
    return budget.isOver();
  }

  private List<Resource> ofProxy(Map<String, String> labels) {
    Map<String, Resource> members = new LinkedHashMap<>();
    group(Stream.of(key(Map.of())), BY_SELECTOR, labels)
        .forEach(one -> members.put(one.ref().path(), one));
    group(labels(labels), BY_LABEL, labels).forEach(one -> members.put(one.ref().path(), one));
    return List.copyOf(members.values());
  }

  private List<Resource> group(Stream<String> keys, Index index, Map<String, String> labels) {
    Map<String, Resource> members = new LinkedHashMap<>();
    members.put(subject.ref().path(), subject);
    for (String key : keys.toList()) {
      Collection<Resource> found = mesh.list(index, key).items();
      if (!budget.take(found.size())) {
        return List.of(subject);
      }
      found.stream()
          .filter(other -> labels.entrySet().containsAll(selector(other).entrySet()))
          .filter(this::sharesIstiod)
          .forEach(other -> members.putIfAbsent(other.ref().path(), other));
    }
    return List.copyOf(members.values());
  }

  /** A Gateway of another namespace counts only where it is known that istiod keeps none out. */
  private boolean sharesIstiod(Resource other) {
    boolean sameRevision =
        subject.label(Revisions.REVISION).equals(other.label(Revisions.REVISION));
    if (!sameRevision || other.namespace().equals(subject.namespace())) {
      return sameRevision;
    }
    IstiodSettings istiod = new IstiodSettings(mesh);
    return !istiod.isOn(OWN_NAMESPACE_ONLY) && !istiod.revisions().isEmpty();
  }

  private static Map<String, String> selector(Resource gateway) {
    return LabelSelector.labels(gateway.at("spec", "selector"));
  }

  private static String key(Map<String, String> selector) {
    return labels(selector).collect(Collectors.joining(","));
  }

  private static Stream<String> labels(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream().map(label -> label.getKey() + "=" + label.getValue());
  }
}
