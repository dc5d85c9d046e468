package io.meshguard.trace;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.istio.HostName;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.route.MeshService;
import io.meshguard.route.MeshService.Resolution;
import io.meshguard.route.Proxy;
import io.meshguard.route.ServiceCatalog;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The Service that a client calls, where it is not given and may be there all the same. */
final class AssumedService {

  private AssumedService() {}

  /**
   * Returns a Service with the port that is called, which speaks HTTP or, for other calls, bytes;
   * empty where the name is none of a Service, or it is known whether there is one.
   */
  static Optional<MeshService> of(Proxy proxy, Call call, Mesh mesh, ServiceCatalog catalog) {
    String called = call.host().toLowerCase(Locale.ROOT);
    boolean isAddress = HostName.isAddress(called) || called.startsWith("[");
    Optional<String> path = isAddress ? Optional.empty() : path(proxy, called, mesh);
    if (catalog.complete() || path.isEmpty()) {
      return Optional.empty();
    }
    String host = path.get() + ".svc." + mesh.facts().clusterDomain();
    return catalog.named(host).isEmpty()
        ? Optional.of(service(path.get(), host, call, mesh))
        : Optional.empty();
  }

  /** Returns name and namespace with a dot between them. */
  private static Optional<String> path(Proxy proxy, String host, Mesh mesh) {
    String suffix = ".svc." + mesh.facts().clusterDomain();
    String head = host;
    for (String end : List.of(suffix, ".svc")) {
      head = head.endsWith(end) ? head.substring(0, head.length() - end.length()) : head;
    }
    int dot = head.indexOf('.');
    if (dot < 0 && head.equals(host)) {
      return Optional.of(head + "." + proxy.namespace());
    }
    boolean two = dot > 0 && head.indexOf('.', dot + 1) < 0;
    boolean meant = !head.equals(host) || isNamespace(head.substring(dot + 1), proxy, mesh);
    return two && meant ? Optional.of(head) : Optional.empty();
  }

  /** Two words may be a name of the internet; the second tells where it is known as a namespace. */
  private static boolean isNamespace(String word, Proxy proxy, Mesh mesh) {
    return word.equals(proxy.namespace())
        || mesh.find(Kind.NAMESPACE, "", word).found().isPresent()
        || Stream.of(Kind.SERVICE, Kind.DEPLOYMENT, Kind.VIRTUAL_SERVICE)
            .anyMatch(kind -> !mesh.list(kind, word).items().isEmpty());
  }

  private static MeshService service(String path, String host, Call call, Mesh mesh) {
    int dot = path.indexOf('.');
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("apiVersion", "v1").put("kind", "Service");
    tree.putObject("metadata")
        .put("name", path.substring(0, dot))
        .put("namespace", path.substring(dot + 1));
    tree.putObject("spec")
        .putArray("ports")
        .addObject()
        .put("name", call.wire().isHttp() && !call.isTls() ? "http" : "tcp")
        .put("port", call.port());
    Resource object = Resource.of(tree, path.substring(dot + 1), Origin.NONE);
    return new MeshService(
        host,
        object,
        ServicePort.of(object, mesh.facts().istio()),
        List.of("cluster-ip-of:" + host),
        Resolution.ENDPOINTS,
        List.of());
  }
}
