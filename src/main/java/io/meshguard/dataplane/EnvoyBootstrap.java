package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What an Envoy knows before istiod tells it the rest, after Istio's
 * tools/packaging/common/envoy_bootstrap.json: who it is, and where istiod is.
 *
 * @param kind {@code sidecar} or {@code router}
 * @param address of the Pod
 * @param namespace of the Pod
 * @param name of the Pod
 * @param labels of the Pod
 * @param locality {@code region/zone/subzone}; empty for none
 * @param metadata further metadata of the node, as proxyMetadata and the configuration of the proxy
 *     make it
 * @param istiodAddress where istiod is
 * @param istiodPort its plain gRPC port
 * @param privileged whether it may bind ports below 1024
 * @param secrets the socket of who has its certificates; empty where nobody has
 */
record EnvoyBootstrap(
    String kind,
    String address,
    String namespace,
    String name,
    Map<String, String> labels,
    String locality,
    Map<String, JsonNode> metadata,
    String istiodAddress,
    int istiodPort,
    boolean privileged,
    Optional<Path> secrets) {
  /** What istiod takes for the version of the proxy's Istio. */
  private static final String ISTIO_VERSION = "1.31.0";

  /** Returns what istiod knows the proxy by. */
  String proxyId() {
    return name + "." + namespace;
  }

  private String nodeId() {
    return "%s~%s~%s~%s.svc.cluster.local".formatted(kind, address, proxyId(), namespace);
  }

  JsonNode tree(Path admin) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("node", node());
    ObjectNode pipe = root.putObject("admin").putObject("address").putObject("pipe");
    pipe.put("path", admin.toString());
    runtime(root.putObject("layered_runtime").putArray("layers"));
    ObjectNode dynamic = root.putObject("dynamic_resources");
    for (String each : new String[] {"lds_config", "cds_config"}) {
      ObjectNode config = dynamic.putObject(each);
      config.putObject("ads");
      config.put("initial_fetch_timeout", "0s");
      config.put("resource_api_version", "V3");
    }
    ObjectNode ads = dynamic.putObject("ads_config");
    ads.put("api_type", "GRPC");
    ads.put("transport_api_version", "V3");
    ads.put("set_node_on_first_message_only", true);
    ads.putArray("grpc_services").addObject().putObject("envoy_grpc").put("cluster_name", "xds");
    ArrayNode clusters = root.putObject("static_resources").putArray("clusters").add(istiod());
    secrets.ifPresent(socket -> clusters.add(secretService(socket)));
    return root;
  }

  private ObjectNode node() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", nodeId());
    node.put("cluster", labels.getOrDefault("app", name) + "." + namespace);
    String[] parts = locality.split("/", 3);
    if (!locality.isEmpty()) {
      ObjectNode where = node.putObject("locality");
      where.put("region", parts[0]);
      if (parts.length > 1) {
        where.put("zone", parts[1]);
      }
      if (parts.length > 2) {
        where.put("sub_zone", parts[2]);
      }
    }
    ObjectNode meta = node.putObject("metadata");
    meta.put("NAME", name);
    meta.put("NAMESPACE", namespace);
    meta.put("CLUSTER_ID", "Kubernetes");
    meta.put("ISTIO_VERSION", ISTIO_VERSION);
    meta.put("INSTANCE_IPS", address);
    meta.put("WORKLOAD_NAME", labels.getOrDefault("app", name));
    meta.put("INTERCEPTION_MODE", kind.equals("sidecar") ? "REDIRECT" : "NONE");
    ObjectNode labelled = meta.putObject("LABELS");
    labels.forEach(labelled::put);
    metadata.forEach(meta::set);
    if (kind.equals("router")) {
      // A gateway binds what the Service's target ports say.
      meta.put("UNPRIVILEGED_POD", Boolean.toString(!privileged));
      meta.remove("INTERCEPTION_MODE");
    }
    return node;
  }

  /** Istio pkg/bootstrap/config.go, extractRuntimeFlags. */
  private static void runtime(ArrayNode layers) {
    ObjectNode fixed = layers.addObject();
    fixed.put("name", "global config");
    ObjectNode flags = fixed.putObject("static_layer");
    flags.put("re2.max_program_size.error_level", "32768");
    flags.put("envoy.reloadable_features.http_reject_path_with_fragment", false);
    ObjectNode admin = layers.addObject();
    admin.put("name", "admin");
    admin.putObject("admin_layer");
  }

  private ObjectNode istiod() {
    ObjectNode cluster = JsonNodeFactory.instance.objectNode();
    ObjectNode socket = address(cluster, "xds").putObject("socket_address");
    socket.put("address", istiodAddress);
    socket.put("port_value", istiodPort);
    return cluster;
  }

  /** The name is the one that istiod's clusters and listeners refer to. */
  private static ObjectNode secretService(Path socket) {
    ObjectNode cluster = JsonNodeFactory.instance.objectNode();
    address(cluster, "sds-grpc").putObject("pipe").put("path", socket.toString());
    return cluster;
  }

  /** Makes it a cluster of one gRPC server, and returns where the server's address belongs. */
  private static ObjectNode address(ObjectNode cluster, String name) {
    cluster.put("name", name);
    cluster.put("type", "STATIC");
    cluster.put("connect_timeout", "1s");
    String options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    ObjectNode protocol = cluster.putObject("typed_extension_protocol_options").putObject(options);
    protocol.put("@type", "type.googleapis.com/" + options);
    protocol.putObject("explicit_http_config").putObject("http2_protocol_options");
    ObjectNode assignment = cluster.putObject("load_assignment");
    assignment.put("cluster_name", name);
    return assignment
        .putArray("endpoints")
        .addObject()
        .putArray("lb_endpoints")
        .addObject()
        .putObject("endpoint")
        .putObject("address");
  }
}
