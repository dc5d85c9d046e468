package io.meshguard.route;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.MeshService.Resolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All hosts of istiod's registry, the oldest first, and what else all proxies read alike (istio
 * pilot/pkg/model/push_context.go {@code initServiceRegistry} @1.30.3). For use within one walk.
 */
public final class ServiceCatalog {

  /** Stands for the cluster IP of a Service whose own is not given, as in files. */
  private static final String CLUSTER_IP_OF = "cluster-ip-of:";

  private final Mesh mesh;
  private final Registry registry;
  private final Visibility.Reader visibility;
  private final IdentityHashMap<Resource, Visibility> visibilities = new IdentityHashMap<>();
  private @Nullable VirtualServiceCatalog virtualServices;
  private final List<MeshService> all;
  private final Map<String, List<MeshService>> byHost = new HashMap<>();
  private final Map<String, List<MeshService>> visible = new HashMap<>();
  private final boolean complete;

  private final List<MeshService> assumed;

  /** Reads the registry of a mesh. */
  public ServiceCatalog(Mesh mesh) {
    this(mesh, List.of());
  }

  /** Reads the registry of a mesh and adds services that may be there, but are not given. */
  public ServiceCatalog(Mesh mesh, List<MeshService> assumed) {
    this.assumed = List.copyOf(assumed);
    this.mesh = mesh;
    this.registry = new Registry(mesh);
    this.visibility = new Visibility.Reader(mesh);
    this.complete = mesh.list(Kind.SERVICE).complete() && mesh.list(Kind.SERVICE_ENTRY).complete();
    this.all = withAliases(read());
    all.forEach(one -> byHost.computeIfAbsent(key(one.host()), h -> new ArrayList<>()).add(one));
  }

  /** Returns the VirtualServices of the mesh, read once for all proxies. */
  VirtualServiceCatalog virtualServices() {
    if (virtualServices == null) {
      virtualServices = new VirtualServiceCatalog(mesh);
    }
    return virtualServices;
  }

  private Visibility visibility(MeshService service) {
    return visibilities.computeIfAbsent(service.object(), visibility::of);
  }

  /** Returns whether there are no others. */
  public boolean complete() {
    return complete;
  }

  /** Returns what registers a host, in whatever letters. */
  public List<MeshService> named(String host) {
    return byHost.getOrDefault(key(host), List.of());
  }

  /** Returns what registers a host, in these very letters, for the proxies of a namespace. */
  public List<MeshService> seen(String host, String namespace) {
    return named(host).stream()
        .filter(one -> one.host().equals(host))
        .filter(one -> visibility(one).reaches(namespace) == Ternary.TRUE)
        .toList();
  }

  /** Returns the address that a Service has, or a name that stands for it. */
  public static String address(MeshService service) {
    return service.addresses().isEmpty() ? "0.0.0.0" : service.addresses().get(0);
  }

  /** Returns what the proxies of a namespace may see, in the order in which istiod takes it. */
  public List<MeshService> visibleTo(String namespace) {
    return visible.computeIfAbsent(namespace, this::seenBy);
  }

  private List<MeshService> seenBy(String namespace) {
    List<MeshService> named = new ArrayList<>();
    List<MeshService> common = new ArrayList<>();
    for (MeshService service : all) {
      Deadline.check();
      Visibility to = visibility(service);
      if (to.reachesAll()) {
        common.add(service);
      } else if (to.reaches(namespace) == Ternary.TRUE) {
        named.add(service);
      }
    }
    named.addAll(common);
    return List.copyOf(named);
  }

  private List<MeshService> read() {
    List<MeshService> services = new ArrayList<>(assumed);
    for (Resource object : mesh.list(Kind.SERVICE).items()) {
      Deadline.check();
      services.add(service(object));
    }
    for (Resource object : mesh.list(Kind.SERVICE_ENTRY).items()) {
      Deadline.check();
      List<ServicePort> ports = ServicePort.of(object, mesh.facts().istio());
      List<String> addresses = addresses(object.at("spec", "addresses"));
      for (Cursor host : object.at("spec", "hosts").each()) {
        host.text()
            .filter(text -> !text.isEmpty())
            .ifPresent(
                text ->
                    services.add(
                        new MeshService(
                            text, object, ports, addresses, resolution(object), List.of())));
      }
    }
    services.sort(
        Comparator.comparing((MeshService one) -> created(one.object()))
            .thenComparing(one -> one.isKubernetes() ? one.object().name() : one.host())
            .thenComparing(MeshService::namespace));
    return services;
  }

  /** What is not stored yet is younger than everything that is. */
  private static String created(Resource object) {
    String time = object.at("metadata", "creationTimestamp").text("");
    return time.isEmpty() ? "~" : time;
  }

  private MeshService service(Resource object) {
    String host = registry.fullName(object);
    Resolution resolution = Resolution.ENDPOINTS;
    List<String> addresses = List.of();
    if (object.at("spec", "type").is("ExternalName")) {
      resolution = Resolution.ALIAS;
    } else if (Registry.isHeadless(object)) {
      resolution = Resolution.PASSTHROUGH;
    } else {
      String ip = object.at("spec", "clusterIP").text("");
      addresses = List.of(ip.isEmpty() ? CLUSTER_IP_OF + host : ip);
    }
    return new MeshService(
        host,
        object,
        ServicePort.of(object, mesh.facts().istio()),
        addresses,
        resolution,
        List.of());
  }

  private static Resolution resolution(Resource entry) {
    return switch (entry.at("spec", "resolution").text("NONE")) {
      case "STATIC" -> Resolution.ENDPOINTS;
      case "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS" -> Resolution.DNS;
      default -> Resolution.PASSTHROUGH;
    };
  }

  private static List<String> addresses(Cursor list) {
    List<String> addresses = new ArrayList<>();
    for (Cursor at : list.each()) {
      String address = at.text("");
      if (!address.isEmpty()) {
        addresses.add(
            address.endsWith("/32") ? address.substring(0, address.length() - 3) : address);
      }
    }
    return addresses;
  }

  /** An ExternalName whose target is registered is another name of that (since Istio 1.21). */
  private static List<MeshService> withAliases(List<MeshService> services) {
    Map<String, List<String>> aliases = new HashMap<>();
    for (MeshService service : services) {
      if (service.resolution() == Resolution.ALIAS) {
        target(service)
            .ifPresent(
                target ->
                    aliases.computeIfAbsent(target, t -> new ArrayList<>()).add(service.host()));
      }
    }
    return services.stream()
        .map(
            one ->
                one.resolution() == Resolution.ALIAS
                    ? one
                    : one.withAliases(aliases.getOrDefault(key(one.host()), List.of())))
        .toList();
  }

  /** Returns the name that an ExternalName Service stands for. */
  static Optional<String> target(MeshService service) {
    return service
        .object()
        .at("spec", "externalName")
        .text()
        .filter(name -> !name.isEmpty())
        .map(ServiceCatalog::key);
  }

  private static String key(String host) {
    return host.toLowerCase(Locale.ROOT);
  }
}
