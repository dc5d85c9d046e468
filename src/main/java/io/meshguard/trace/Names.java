package io.meshguard.trace;

import io.meshguard.istio.HostName;
import io.meshguard.route.MeshService;
import io.meshguard.route.MeshService.Resolution;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.ServiceCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the name service of a cluster tells a client: Services by their names, the shorter ones in
 * the client's own namespace; everything else is asked outside (Kubernetes DNS specification).
 */
final class Names {

  /** Stands for an address outside of the mesh. */
  static final String OUTSIDE = "outside";

  private final ProxyTables tables;

  Names(ProxyTables tables) {
    this.tables = tables;
  }

  sealed interface Answer {}

  /**
   * An address, or what stands for it.
   *
   * @param service the service that has it
   */
  record Address(String text, Optional<MeshService> service) implements Answer {}

  /** Nobody knows the name. */
  record Nobody() implements Answer {}

  Answer find(String written) {
    String name = written.toLowerCase(Locale.ROOT);
    if (HostName.isAddress(name) || name.startsWith("[")) {
      String plain = name.replace("[", "").replace("]", "");
      return new Address(plain, byAddress(plain));
    }
    for (String full : spelled(name)) {
      Optional<MeshService> service = kubernetes(full);
      if (service.isPresent()) {
        return address(service.get(), 0);
      }
    }
    Optional<MeshService> entry = entry(name);
    if (entry.isPresent()) {
      return new Address(ofEntry(entry.get()), entry);
    }
    return isOfCluster(name) ? new Nobody() : new Address(OUTSIDE, Optional.empty());
  }

  private Answer address(MeshService service, int depth) {
    if (service.resolution() == Resolution.ALIAS) {
      String target = service.object().at("spec", "externalName").text("").toLowerCase(Locale.ROOT);
      Optional<MeshService> other = kubernetes(target);
      return other.isPresent() && depth < 3
          ? address(other.get(), depth + 1)
          : new Address(OUTSIDE, entry(target));
    }
    return new Address(
        service.resolution() == Resolution.PASSTHROUGH
            ? ProxyTables.podOf(service)
            : ServiceCatalog.address(service),
        Optional.of(service));
  }

  /** The name of a Pod of a headless Service stands before that of the Service. */
  private Optional<MeshService> kubernetes(String full) {
    Optional<MeshService> own =
        tables.catalog().named(full).stream().filter(MeshService::isKubernetes).findFirst();
    int dot = full.indexOf('.');
    return own.isPresent() || dot < 0
        ? own
        : tables.catalog().named(full.substring(dot + 1)).stream()
            .filter(MeshService::isKubernetes)
            .filter(one -> one.resolution() == Resolution.PASSTHROUGH)
            .findFirst();
  }

  private Optional<MeshService> entry(String name) {
    return tables.catalog().named(name).stream()
        .filter(one -> !one.isKubernetes())
        .findFirst()
        .or(
            () ->
                tables.catalog().visibleTo(tables.proxy().namespace()).stream()
                    .filter(one -> HostName.isWildcard(one.host()))
                    .filter(one -> HostName.covers(one.host().toLowerCase(Locale.ROOT), name))
                    .findFirst());
  }

  private static String ofEntry(MeshService entry) {
    return entry.addresses().stream()
        .filter(address -> address.indexOf('/') < 0)
        .findFirst()
        .orElse(OUTSIDE);
  }

  private Optional<MeshService> byAddress(String address) {
    return tables.catalog().visibleTo(tables.proxy().namespace()).stream()
        .filter(one -> one.addresses().contains(address))
        .findFirst();
  }

  private boolean isOfCluster(String name) {
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return plain.indexOf('.') < 0
        || plain.endsWith(".svc")
        || plain.endsWith(".svc." + tables.mesh().facts().clusterDomain());
  }

  private List<String> spelled(String written) {
    String domain = "svc." + tables.mesh().facts().clusterDomain();
    if (written.endsWith(".")) {
      return List.of(written.substring(0, written.length() - 1));
    }
    List<String> names = new ArrayList<>();
    names.add(written + "." + tables.proxy().namespace() + "." + domain);
    names.add(written + "." + domain);
    names.add(written + "." + tables.mesh().facts().clusterDomain());
    names.add(written);
    return names;
  }
}
