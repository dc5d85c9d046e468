package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.HostName;
import io.meshguard.istio.Protocol;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.MeshService.Resolution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The listeners of a sidecar on one port, by address (istio pilot/pkg/networking/core/listener.go
 * {@code buildSidecarOutboundListeners} @1.30.3).
 */
final class SidecarListeners {

  /** Stands for the addresses of the Pods of a headless Service. */
  private static final String POD_OF = "pod-of:";

  private static final Set<Integer> RESERVED = Set.of(15001, 15006, 15021, 15090);

  private final SidecarScope scope;
  private final int port;
  private final TcpChains tcp;
  private final Assumptions assumptions;
  private final Map<String, Entry> byAddress = new LinkedHashMap<>();

  SidecarListeners(SidecarScope scope, int port, TcpChains tcp, Assumptions assumptions) {
    this.scope = scope;
    this.port = port;
    this.tcp = tcp;
    this.assumptions = assumptions;
    read();
  }

  /** What is known of a listener while services are added. */
  private static final class Entry {
    private boolean http;
    private boolean tcp;
    private boolean httpOnly;
    private boolean locked;
    private Optional<MeshService> owner = Optional.empty();
    private List<TcpChain> chains = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
  }

  /**
   * Returns the address that stands for the Pods of a headless Service: those with the same
   * selector have the same Pods.
   */
  static String podOf(MeshService service) {
    Map<String, String> selector = LabelSelector.labels(service.object().at("spec", "selector"));
    String pods = selector.isEmpty() ? service.object().name() : new TreeMap<>(selector).toString();
    // A slash makes an address a range.
    return POD_OF + service.namespace() + "." + pods.replace('/', '.');
  }

  /** Returns the listener that takes connections to an address; empty where none does. */
  Optional<SidecarListener> at(String address) {
    if (address.startsWith(POD_OF)) {
      lookForSharedPods(address);
    }
    Entry own = byAddress.get(address);
    String key = own == null ? SidecarListener.ANY : address;
    Entry entry = own == null ? byAddress.get(SidecarListener.ANY) : own;
    return Optional.ofNullable(entry).map(one -> listener(key, one));
  }

  /** A Pod of one headless Service may be one of another, whose listener then takes the call. */
  private void lookForSharedPods(String address) {
    List<MeshService> headless =
        scope.listeners().stream()
            .flatMap(listener -> listener.services().stream())
            .filter(one -> one.isKubernetes() && one.resolution() == Resolution.PASSTHROUGH)
            .toList();
    for (MeshService called : headless) {
      for (MeshService other : headless) {
        String key = podOf(other);
        if (podOf(called).equals(address)
            && !key.equals(address)
            && byAddress.containsKey(key)
            && mayShare(called, other)) {
          assumptions.doubt(Subject.NOT_MODELLED, other.object().ref().path());
        }
      }
    }
  }

  private static boolean mayShare(MeshService one, MeshService other) {
    Map<String, String> selector = LabelSelector.labels(one.object().at("spec", "selector"));
    return one.namespace().equals(other.namespace())
        && LabelSelector.labels(other.object().at("spec", "selector")).entrySet().stream()
            .allMatch(e -> selector.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
  }

  /** Returns all listeners. */
  List<SidecarListener> all() {
    List<SidecarListener> all = new ArrayList<>();
    byAddress.forEach((address, entry) -> all.add(listener(address, entry)));
    return all;
  }

  private SidecarListener listener(String address, Entry entry) {
    return new SidecarListener(
        address, port, entry.http, entry.httpOnly, entry.owner, entry.chains, entry.names);
  }

  private void read() {
    for (EgressListener listener : scope.listeners()) {
      if (listener.isCatchAll()) {
        byAddress.values().forEach(entry -> entry.locked = true);
        for (MeshService service : listener.services()) {
          Deadline.check();
          service
              .port(port)
              .ifPresent(one -> add(service, one.protocol(), listener, listener.bind()));
        }
      } else if (listener.port() == port) {
        for (MeshService service : listener.services()) {
          add(service, listener.protocol(), listener, listener.bind());
        }
      }
    }
  }

  private void add(MeshService service, Protocol protocol, EgressListener listener, String bind) {
    if (service.resolution() == Resolution.ALIAS || protocol == Protocol.UDP) {
      return;
    }
    boolean isHttp = protocol == Protocol.HTTP || protocol == Protocol.HTTP2;
    if (isHttp) {
      if (bind.isEmpty() && RESERVED.contains(port)) {
        return;
      }
      addHttp(service, bind.isEmpty() ? SidecarListener.ANY : bind, !bind.isEmpty());
      return;
    }
    List<String> addresses = bind.isEmpty() ? addresses(service) : List.of(bind);
    for (String address : addresses) {
      boolean range = address.contains("/");
      List<String> subnets = range ? List.of(address) : List.of();
      String at = range ? SidecarListener.ANY : address;
      if (protocol == Protocol.TCP || protocol == Protocol.TLS) {
        addTcp(service, protocol, listener, at, subnets);
      } else {
        addAuto(service, protocol, listener, at, subnets);
      }
    }
  }

  /** A headless Service is bound to the addresses of its Pods, which are not known by number. */
  private static List<String> addresses(MeshService service) {
    if (service.resolution() == Resolution.PASSTHROUGH && service.addresses().isEmpty()) {
      List<String> endpoints =
          service.object().at("spec", "endpoints").each().stream()
              .flatMap(at -> at.at("address").text().stream())
              .filter(HostName::isAddress)
              .toList();
      if (service.isKubernetes() || !endpoints.isEmpty()) {
        return service.isKubernetes() ? List.of(podOf(service)) : endpoints;
      }
    }
    return service.addresses().isEmpty() ? List.of(SidecarListener.ANY) : service.addresses();
  }

  private void addHttp(MeshService service, String address, boolean ownBind) {
    Entry entry = byAddress.get(address);
    if (entry != null && entry.locked) {
      return;
    }
    if (entry == null) {
      entry = new Entry();
      byAddress.put(address, entry);
      entry.httpOnly = ownBind;
    } else if (entry.tcp && !entry.http) {
      entry.httpOnly = false;
    }
    entry.http = true;
    entry.names.add(service.host());
  }

  private void addTcp(
      MeshService service,
      Protocol protocol,
      EgressListener listener,
      String address,
      List<String> subnets) {
    Entry entry = byAddress.get(address);
    if (entry != null && entry.locked) {
      return;
    }
    List<TcpChain> chains = tcp.of(service, port, protocol, listener, address, subnets);
    if (entry == null) {
      entry = new Entry();
      entry.chains = new ArrayList<>(chains);
      byAddress.put(address, entry);
    } else {
      merge(entry, chains);
    }
    entry.tcp = true;
    entry.names.add(service.host());
  }

  /** Both are read, and bytes are looked at to tell them apart. */
  private void addAuto(
      MeshService service,
      Protocol protocol,
      EgressListener listener,
      String address,
      List<String> subnets) {
    Entry entry = byAddress.get(address);
    boolean both = entry != null && entry.http && (entry.tcp || !entry.httpOnly);
    if (both || (entry != null && entry.locked)) {
      return;
    }
    List<TcpChain> chains = tcp.of(service, port, protocol, listener, address, subnets);
    if (entry == null || !entry.tcp) {
      // What was there for HTTP alone is replaced, which reads the same routes.
      Entry replaced = new Entry();
      replaced.chains = new ArrayList<>(chains);
      if (!address.equals(SidecarListener.ANY)) {
        replaced.owner = Optional.of(service);
      }
      byAddress.put(address, replaced);
      entry = replaced;
    } else {
      merge(entry, chains);
    }
    entry.http = true;
    entry.tcp = true;
    entry.names.add(service.host());
  }

  private static void merge(Entry entry, List<TcpChain> chains) {
    for (TcpChain chain : chains) {
      if (entry.chains.stream().noneMatch(chain::isLike)) {
        entry.chains.add(chain);
      }
    }
  }
}
