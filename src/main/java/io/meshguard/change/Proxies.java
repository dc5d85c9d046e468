package io.meshguard.change;

import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Proxy;
import io.meshguard.traffic.RouteKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The proxies of a mesh. Where workloads are not given, as with files that only hold routes, one
 * stands for each namespace, for each set of labels that something asks for, and for each Gateway.
 */
final class Proxies {

  private static final List<Kind> SELECTING =
      List.of(Kind.SIDECAR, Kind.DESTINATION_RULE, Kind.ENVOY_FILTER);
  private static final List<Kind> LIVING =
      List.of(
          Kind.VIRTUAL_SERVICE,
          Kind.DESTINATION_RULE,
          Kind.SERVICE,
          Kind.SERVICE_ENTRY,
          Kind.SIDECAR);

  private final Mesh mesh;
  private final Map<String, Proxy> byTitle = new LinkedHashMap<>();
  private final Set<String> keys = new TreeSet<>();

  private Proxies(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Returns the proxies of a mesh. */
  static Proxies of(Mesh mesh) {
    Proxies proxies = new Proxies(mesh);
    proxies.read();
    return proxies;
  }

  /** Returns the names of those that are given, and not only stand for others. */
  Set<String> real() {
    Set<String> real = new TreeSet<>();
    byTitle.forEach(
        (title, proxy) -> {
          if (proxy.type() == Proxy.Type.GATEWAY || proxy.object().isPresent()) {
            real.add(title);
          }
        });
    return real;
  }

  /** Returns the proxies by a name that is the same on both sides. */
  Map<String, Proxy> byTitle() {
    return byTitle;
  }

  /** Returns the labels that something asks for. */
  Set<String> keys() {
    return keys;
  }

  private void read() {
    for (Resource gateway : mesh.list(Kind.GATEWAY).items()) {
      keys.addAll(LabelSelector.labels(gateway.at("spec", "selector")).keySet());
    }
    List<Asked> asked = asked();
    asked.forEach(one -> keys.addAll(one.labels().keySet()));
    boolean given = true;
    for (Kind kind : Workload.KINDS) {
      given &= mesh.list(kind).complete();
      for (Resource object : mesh.list(kind).items()) {
        Deadline.check();
        Workload.of(object).ifPresent(this::add);
      }
    }
    gateways();
    if (!given) {
      namespaces().forEach(namespace -> add(namespace, "*", Map.of()));
      asked.forEach(one -> add(one.namespace(), one.labels().toString(), one.labels()));
    }
  }

  private void add(Workload workload) {
    boolean gateway = workload.isGateway() || isSelected(workload);
    put(
        new Proxy(
            gateway ? Proxy.Type.GATEWAY : Proxy.Type.SIDECAR,
            workload.namespace(),
            workload.object().name(),
            workload.labels(),
            Optional.of(workload.object())));
  }

  private boolean isSelected(Workload workload) {
    return workload.hasSidecar()
        && mesh.list(Kind.GATEWAY).items().stream()
            .map(one -> LabelSelector.labels(one.at("spec", "selector")))
            .anyMatch(
                selector ->
                    !selector.isEmpty()
                        && workload.labels().entrySet().containsAll(selector.entrySet()));
  }

  private void put(Proxy proxy) {
    byTitle.putIfAbsent(proxy.title(), proxy);
  }

  private void add(String namespace, String name, Map<String, String> labels) {
    put(new Proxy(Proxy.Type.SIDECAR, namespace, name, labels, Optional.empty()));
  }

  /** One for all Gateways that ask for the same labels, if no workload has them. */
  private void gateways() {
    Map<Map<String, String>, Resource> bySelector = new LinkedHashMap<>();
    for (Resource gateway : mesh.list(Kind.GATEWAY).items()) {
      bySelector.putIfAbsent(
          new TreeMap<>(LabelSelector.labels(gateway.at("spec", "selector"))), gateway);
    }
    bySelector.forEach(
        (selector, gateway) -> {
          boolean stands =
              byTitle.values().stream()
                  .anyMatch(p -> p.type() == Proxy.Type.GATEWAY && p.has(selector));
          if (!stands) {
            put(
                new Proxy(
                    Proxy.Type.GATEWAY,
                    gateway.namespace(),
                    gateway.name(),
                    selector,
                    Optional.empty()));
          }
        });
  }

  private Set<String> namespaces() {
    Set<String> namespaces = new TreeSet<>();
    for (Kind kind : LIVING) {
      for (Resource object : mesh.list(kind).items()) {
        namespaces.add(object.namespace());
        for (Cursor to : object.at("spec", "exportTo").each()) {
          String name = to.text("");
          if (!name.isEmpty()
              && name.chars().allMatch(c -> c == '-' || Character.isLetterOrDigit(c))) {
            namespaces.add(name);
          }
        }
      }
    }
    return namespaces;
  }

  private record Asked(String namespace, Map<String, String> labels) {}

  private List<Asked> asked() {
    List<Asked> asked = new ArrayList<>();
    for (Kind kind : SELECTING) {
      for (Resource object : mesh.list(kind).items()) {
        Cursor selector = object.at("spec", "workloadSelector");
        Map<String, String> labels = new HashMap<>(LabelSelector.labels(selector.at("labels")));
        labels.putAll(LabelSelector.labels(selector.at("matchLabels")));
        if (!labels.isEmpty()) {
          asked.add(new Asked(object.namespace(), new TreeMap<>(labels)));
        }
      }
    }
    for (Resource object : mesh.list(Kind.VIRTUAL_SERVICE).items()) {
      Deadline.check();
      for (RouteKind kind : RouteKind.values()) {
        for (Cursor route : kind.routes(object)) {
          for (Cursor match : route.at("match").each()) {
            Map<String, String> labels = LabelSelector.labels(match.at("sourceLabels"));
            String source = match.at("sourceNamespace").text(object.namespace());
            if (!labels.isEmpty() || match.at("sourceNamespace").isPresent()) {
              asked.add(new Asked(source, new TreeMap<>(labels)));
            }
          }
        }
      }
    }
    return asked;
  }
}
