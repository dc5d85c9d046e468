package io.meshguard.trace;

import io.meshguard.istio.Injection;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Nearest;
import io.meshguard.resource.Resource;
import io.meshguard.route.Proxy;
import io.meshguard.traffic.GatewayProxies;
import io.meshguard.traffic.RouteKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The proxies of a mesh: its gateways, and the sidecars of its workloads. For use with one mesh.
 */
public final class Entries {

  private static final String GATEWAY = "gateway:";

  private final Mesh mesh;
  private final List<Workload> workloads = new ArrayList<>();
  private final Map<String, List<Proxy>> gateways = new LinkedHashMap<>();

  /** Looks for the proxies of a mesh. */
  public Entries(Mesh mesh) {
    this.mesh = mesh;
    Workload.KINDS.stream()
        .sorted(Comparator.comparing(Kind::name))
        .flatMap(kind -> mesh.list(kind).items().stream())
        .flatMap(object -> Workload.of(object).stream())
        .forEach(workloads::add);
    for (Resource gateway : mesh.list(Kind.GATEWAY).items()) {
      gateways.put(key(gateway), ofGateway(gateway));
    }
  }

  /** What somebody asked for, and what is there. */
  public sealed interface Found {}

  /** These proxies are meant. */
  public record Proxies(List<Proxy> all) implements Found {
    /** Copies the list. */
    public Proxies {
      all = List.copyOf(all);
    }
  }

  /**
   * None is.
   *
   * @param similar the name that was probably meant
   * @param known names of some that are there
   */
  public record NoProxies(Optional<String> similar, List<String> known) implements Found {
    /** Copies the list. */
    public NoProxies {
      known = List.copyOf(known);
    }
  }

  /** Returns the gateways, each once. */
  public List<Proxy> gateways() {
    Map<String, Proxy> all = new LinkedHashMap<>();
    gateways.values().forEach(some -> some.forEach(one -> all.putIfAbsent(one.title(), one)));
    return List.copyOf(all.values());
  }

  /** Returns the sidecars of all workloads that may have one. */
  public List<Proxy> sidecars() {
    Injection injection = new Injection(mesh);
    return workloads.stream()
        .filter(one -> !isGateway(one))
        .filter(one -> one.hasSidecar() || !injection.leavesOut(one))
        .map(Entries::sidecar)
        .toList();
  }

  /**
   * Returns sidecars of which no two read other configuration, each with all that are like it: of
   * one namespace, and with the same values of all labels that some object asks for.
   */
  public Map<Proxy, List<Proxy>> sidecarClasses() {
    Set<String> asked = askedLabels();
    Map<List<Object>, List<Proxy>> classes = new LinkedHashMap<>();
    for (Proxy proxy : sidecars()) {
      Map<String, String> seen = new HashMap<>(proxy.labels());
      seen.keySet().retainAll(asked);
      classes
          .computeIfAbsent(List.of(proxy.namespace(), seen), key -> new ArrayList<>())
          .add(proxy);
    }
    Map<Proxy, List<Proxy>> first = new LinkedHashMap<>();
    classes.values().forEach(all -> first.put(all.get(0), all));
    return first;
  }

  private Set<String> askedLabels() {
    Set<String> asked = new HashSet<>();
    for (Resource one : mesh.list(Kind.VIRTUAL_SERVICE).items()) {
      for (RouteKind kind : RouteKind.values()) {
        kind.routes(one).stream()
            .flatMap(route -> route.at("match").each().stream())
            .flatMap(match -> match.at("sourceLabels").fields().stream())
            .forEach(label -> asked.add(label.name()));
      }
    }
    add(Kind.SIDECAR, "labels", asked);
    add(Kind.ENVOY_FILTER, "labels", asked);
    add(Kind.DESTINATION_RULE, "matchLabels", asked);
    return asked;
  }

  private void add(Kind kind, String field, Set<String> asked) {
    mesh.list(kind).items().stream()
        .flatMap(one -> one.at("spec", "workloadSelector", field).fields().stream())
        .forEach(label -> asked.add(label.name()));
  }

  /**
   * Finds gateways.
   *
   * @param text {@code gateway:namespace/name} of a Gateway or of a workload, or {@code
   *     gateway:namespace/label=value,…}; the word in front may be left out
   */
  public Found gateway(String text) {
    String name = text.startsWith(GATEWAY) ? text.substring(GATEWAY.length()) : text;
    int slash = name.indexOf('/');
    if (slash > 0 && name.indexOf('=') > slash) {
      Map<String, String> labels = labels(name.substring(slash + 1));
      String namespace = name.substring(0, slash);
      return new Proxies(
          List.of(
              new Proxy(
                  Proxy.Type.GATEWAY,
                  namespace,
                  name.substring(slash + 1),
                  labels,
                  Optional.empty())));
    }
    List<Proxy> found = new ArrayList<>(gateways.getOrDefault(name, List.of()));
    if (found.isEmpty()) {
      gateways().stream()
          .filter(one -> (one.namespace() + "/" + one.name()).equals(name))
          .forEach(found::add);
    }
    TreeSet<String> known = new TreeSet<>(gateways.keySet());
    return found.isEmpty()
        ? new NoProxies(Nearest.to(name, known), List.copyOf(known))
        : new Proxies(found);
  }

  /**
   * Finds sidecars.
   *
   * @param text {@code namespace/name} of a workload, {@code namespace/label=value,…}, or a
   *     namespace alone
   */
  public Found sidecar(String text) {
    int slash = text.indexOf('/');
    boolean named = slash != 0 && !text.isBlank();
    if (named && (slash < 0 || text.indexOf('=') > slash)) {
      String namespace = slash < 0 ? text : text.substring(0, slash);
      String rest = slash < 0 ? "" : text.substring(slash + 1);
      return new Proxies(
          List.of(
              new Proxy(
                  Proxy.Type.SIDECAR,
                  namespace,
                  rest.isEmpty() ? "*" : rest,
                  labels(rest),
                  Optional.empty())));
    }
    List<Proxy> found =
        workloads.stream().filter(one -> name(one).equals(text)).map(Entries::sidecar).toList();
    TreeSet<String> known = new TreeSet<>();
    workloads.forEach(one -> known.add(name(one)));
    return found.isEmpty()
        ? new NoProxies(Nearest.to(text, known), List.copyOf(known))
        : new Proxies(found);
  }

  private static String name(Workload workload) {
    return workload.namespace() + "/" + workload.object().name();
  }

  private static Proxy sidecar(Workload workload) {
    return new Proxy(
        Proxy.Type.SIDECAR,
        workload.namespace(),
        workload.object().name(),
        workload.labels(),
        Optional.of(workload.object()));
  }

  private boolean isGateway(Workload workload) {
    return workload.isGateway() || GatewayProxies.isGateway(workload.template());
  }

  /** Where no workload is seen, a Gateway's own selector and namespace stand for its Pods. */
  private List<Proxy> ofGateway(Resource gateway) {
    Map<String, String> selector = LabelSelector.labels(gateway.at("spec", "selector"));
    List<Proxy> found = new ArrayList<>();
    for (Workload workload : workloads) {
      if (!selector.isEmpty() && workload.labels().entrySet().containsAll(selector.entrySet())) {
        found.add(
            new Proxy(
                Proxy.Type.GATEWAY,
                workload.namespace(),
                workload.object().name(),
                workload.labels(),
                Optional.of(workload.object())));
      }
    }
    return found.isEmpty()
        ? List.of(
            new Proxy(
                Proxy.Type.GATEWAY,
                gateway.namespace(),
                gateway.name(),
                selector,
                Optional.empty()))
        : found;
  }

  private static String key(Resource gateway) {
    return gateway.namespace() + "/" + gateway.name();
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        labels.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return labels;
  }
}
