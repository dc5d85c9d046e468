package io.meshguard.mesh;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Where the routes of a VirtualService apply. */
public final class VirtualServices {

  /** The reserved gateway that stands for all sidecars. */
  public static final String MESH = "mesh";

  private static final String DOMAIN = "cluster.local";

  private static final Index BY_MESH_HOST =
      new Index("virtual-services-by-mesh-host", Kind.VIRTUAL_SERVICE, VirtualServices::meshHosts);

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
   * Returns the VirtualServices other than the given one that the sidecars use for a host.
   *
   * @param fullName full host name without wildcard
   */
  public static Listing othersForMeshHost(Resource virtualService, String fullName, Mesh mesh) {
    Listing full = mesh.list(BY_MESH_HOST, fullName);
    Listing shortened = mesh.list(BY_MESH_HOST, placeholder(fullName, mesh));
    List<Resource> others =
        Stream.concat(full.items().stream(), shortened.items().stream())
            .distinct()
            .filter(vs -> !same(vs, virtualService))
            .toList();
    return new Listing(others, full.complete());
  }

  private static boolean same(Resource left, Resource right) {
    return left.namespace().equals(right.namespace()) && left.name().equals(right.name());
  }

  /** Short names are indexed under a placeholder domain, since an index sees the object alone. */
  private static Set<String> meshHosts(Resource virtualService) {
    Set<String> hosts = new HashSet<>();
    if (boundToMesh(virtualService)) {
      hosts(virtualService).stream()
          .map(Cursor::text)
          .flatMap(Optional::stream)
          .forEach(host -> hosts.add(HostName.resolve(host, virtualService.namespace(), DOMAIN)));
    }
    return hosts;
  }

  private static String placeholder(String fullName, Mesh mesh) {
    String suffix = ".svc." + mesh.facts().clusterDomain();
    return fullName.endsWith(suffix)
        ? fullName.substring(0, fullName.length() - suffix.length()) + ".svc." + DOMAIN
        : fullName;
  }
}
