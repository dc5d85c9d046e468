package io.meshguard.istio;

import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Where the routes of a VirtualService apply. */
public final class VirtualServices {

  /** The reserved gateway that stands for all sidecars. */
  public static final String MESH = "mesh";

  private static final Index BY_MESH_HOST =
      new Index("virtual-services-by-mesh-host", Kind.VIRTUAL_SERVICE, VirtualServices::meshHosts);

  private static final Index BY_GATEWAY_HOST =
      new Index(
          "virtual-services-by-gateway-host", Kind.VIRTUAL_SERVICE, VirtualServices::gatewayHosts);

  private static final Index BY_GATEWAY =
      new Index("virtual-services-by-gateway", Kind.VIRTUAL_SERVICE, VirtualServices::gateways);

  private static final Index BY_DELEGATE =
      new Index(
          "virtual-services-by-delegate",
          Kind.VIRTUAL_SERVICE,
          root -> delegates(root, route -> true));

  private static final Index BY_DELEGATE_WITHOUT_RETRIES =
      new Index(
          "virtual-services-by-delegate-without-retries",
          Kind.VIRTUAL_SERVICE,
          root -> delegates(root, route -> !route.at("retries").isPresent()));

  private VirtualServices() {}

  /** Returns whether the sidecars use a VirtualService: it names no gateway, or {@code mesh}. */
  public static boolean boundToMesh(Resource virtualService) {
    Cursor gateways = virtualService.at("spec", "gateways");
    return !gateways.isNonEmpty() || gateways.each().stream().anyMatch(g -> g.is(MESH));
  }

  /** Returns the entries of {@code hosts} that are strings. */
  public static List<Cursor> hosts(Resource virtualService) {
    return virtualService.at("spec", "hosts").each().stream()
        .filter(host -> host.text().isPresent())
        .toList();
  }

  /**
   * Returns the VirtualServices other than the given one that the sidecars use for a host. There
   * may be thousands, so whoever asks stops where it has seen enough.
   *
   * @param fullName full host name without wildcard
   */
  public static Stream<Resource> othersForMeshHost(
      Resource virtualService, String fullName, Mesh mesh) {
    String indexed = HostName.indexed(fullName, mesh.facts().clusterDomain());
    return Stream.of(fullName, indexed)
        .distinct()
        .flatMap(name -> mesh.list(BY_MESH_HOST, name).items().stream())
        .filter(vs -> indexed.equals(fullName) || serves(vs, fullName, mesh))
        .filter(vs -> !same(vs, virtualService));
  }

  /** The index knows a short name under the usual domain, a full one as it is written. */
  private static boolean serves(Resource virtualService, String fullName, Mesh mesh) {
    String domain = mesh.facts().clusterDomain();
    return hosts(virtualService).stream()
        .map(host -> HostName.resolve(host.text(""), virtualService.namespace(), domain))
        .anyMatch(fullName::equals);
  }

  /**
   * Returns the VirtualServices other than the given one that name a host in the same words and are
   * bound to a gateway.
   */
  public static Stream<Resource> othersForGatewayHost(
      Resource virtualService, String host, Mesh mesh) {
    return mesh.list(BY_GATEWAY_HOST, host.toLowerCase(Locale.ROOT)).items().stream()
        .filter(vs -> !same(vs, virtualService));
  }

  /** Returns the VirtualServices that are bound to a Gateway. */
  public static Listing ofGateway(Resource gateway, Mesh mesh) {
    return mesh.list(BY_GATEWAY, key(gateway));
  }

  private static Set<String> gateways(Resource virtualService) {
    Set<String> gateways = new HashSet<>();
    for (Cursor name : virtualService.at("spec", "gateways").each()) {
      name.text()
          .filter(text -> !text.equals(MESH))
          .flatMap(text -> Gateways.reference(text, virtualService.namespace()))
          .ifPresent(found -> gateways.add(found.namespace() + "/" + found.name()));
    }
    return gateways;
  }

  /** Returns whether all VirtualServices are known. */
  public static boolean allKnown(Mesh mesh) {
    return mesh.list(BY_GATEWAY_HOST, "").complete();
  }

  /** Returns whether a VirtualService has no hosts, so that only others can refer to its routes. */
  public static boolean isDelegate(Resource virtualService) {
    return !virtualService.at("spec", "hosts").isNonEmpty();
  }

  /** Returns the VirtualServices with hosts that delegate a route to the given one. */
  public static Listing roots(Resource delegate, Mesh mesh) {
    Listing all = mesh.list(BY_DELEGATE, key(delegate));
    return new Listing(
        all.items().stream().filter(root -> !isDelegate(root)).toList(), all.complete());
  }

  /**
   * Returns all VirtualServices with hosts that delegate a route to the given one; empty where they
   * are not all known, or are too many.
   */
  public static Optional<List<Resource>> allRoots(Resource delegate, int most, Mesh mesh) {
    Listing all = mesh.list(BY_DELEGATE, key(delegate));
    return all.complete() && all.items().size() <= most
        ? Optional.of(all.items().stream().filter(root -> !isDelegate(root)).toList())
        : Optional.empty();
  }

  /** Returns whether a VirtualService with hosts delegates a route without retries to this one. */
  public static boolean isDelegateWithoutRetries(Resource delegate, Mesh mesh) {
    return mesh.list(BY_DELEGATE_WITHOUT_RETRIES, key(delegate)).items().stream()
        .anyMatch(root -> !isDelegate(root));
  }

  private static String key(Resource delegate) {
    return delegate.namespace() + "/" + delegate.name();
  }

  /**
   * Looks up the VirtualService that a route delegates to.
   *
   * @param route an entry of {@code http} with a {@code delegate}
   * @param root the VirtualService that the route stands in, whose namespace is the default
   */
  public static Lookup delegate(Cursor route, Resource root, Mesh mesh) {
    return mesh.find(
        Kind.VIRTUAL_SERVICE,
        delegateNamespace(route, root),
        route.at("delegate", "name").text(""));
  }

  /** Returns whether a route of a root delegates to a VirtualService. */
  public static boolean delegatesTo(Cursor route, Resource root, Resource delegate) {
    return route.at("delegate").isPresent() && delegateKey(route, root).equals(key(delegate));
  }

  /** Returns what tells the VirtualService that a route of a root delegates to from others. */
  public static String delegateKey(Cursor route, Resource root) {
    return delegateNamespace(route, root) + "/" + route.at("delegate", "name").text("");
  }

  private static String delegateNamespace(Cursor route, Resource root) {
    String namespace = route.at("delegate", "namespace").text("");
    return namespace.isEmpty() ? root.namespace() : namespace;
  }

  private static Set<String> delegates(Resource root, Predicate<Cursor> chosen) {
    Set<String> delegates = new HashSet<>();
    for (Cursor route : root.at("spec", "http").each()) {
      route
          .at("delegate", "name")
          .text()
          .filter(name -> chosen.test(route))
          .ifPresent(name -> delegates.add(delegateNamespace(route, root) + "/" + name));
    }
    return delegates;
  }

  private static boolean same(Resource left, Resource right) {
    return left.namespace().equals(right.namespace()) && left.name().equals(right.name());
  }

  private static Set<String> gatewayHosts(Resource virtualService) {
    Set<String> hosts = new HashSet<>();
    if (virtualService.at("spec", "gateways").each().stream().anyMatch(g -> !g.is(MESH))) {
      hosts(virtualService).forEach(host -> hosts.add(host.text("").toLowerCase(Locale.ROOT)));
    }
    return hosts;
  }

  private static Set<String> meshHosts(Resource virtualService) {
    Set<String> hosts = new HashSet<>();
    if (boundToMesh(virtualService)) {
      hosts(virtualService).stream()
          .map(Cursor::text)
          .flatMap(Optional::stream)
          .forEach(
              host ->
                  hosts.add(
                      HostName.resolve(host, virtualService.namespace(), HostName.INDEX_DOMAIN)));
    }
    return hosts;
  }
}
