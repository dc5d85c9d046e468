package io.meshguard.rules.headers;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.resource.Cursor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names of Envoy's v2 generation: filter names that Envoy 1.14 renamed (istio
 * pkg/config/xds/deprecated.go @1.18), and types of the v2 API, which Envoy 1.18 dropped.
 */
final class OldNames {

  private static final Map<String, String> NETWORK =
      Map.of(
          "envoy.client_ssl_auth", "envoy.filters.network.client_ssl_auth",
          "envoy.ext_authz", "envoy.filters.network.ext_authz",
          "envoy.http_connection_manager", "envoy.filters.network.http_connection_manager",
          "envoy.mongo_proxy", "envoy.filters.network.mongo_proxy",
          "envoy.ratelimit", "envoy.filters.network.ratelimit",
          "envoy.redis_proxy", "envoy.filters.network.redis_proxy",
          "envoy.tcp_proxy", "envoy.filters.network.tcp_proxy");

  private static final Map<String, String> HTTP =
      Map.ofEntries(
          Map.entry("envoy.buffer", "envoy.filters.http.buffer"),
          Map.entry("envoy.cors", "envoy.filters.http.cors"),
          Map.entry("envoy.csrf", "envoy.filters.http.csrf"),
          Map.entry("envoy.http_dynamo_filter", "envoy.filters.http.dynamo"),
          Map.entry("envoy.ext_authz", "envoy.filters.http.ext_authz"),
          Map.entry("envoy.fault", "envoy.filters.http.fault"),
          Map.entry("envoy.grpc_http1_bridge", "envoy.filters.http.grpc_http1_bridge"),
          Map.entry("envoy.grpc_json_transcoder", "envoy.filters.http.grpc_json_transcoder"),
          Map.entry("envoy.grpc_web", "envoy.filters.http.grpc_web"),
          Map.entry("envoy.gzip", "envoy.filters.http.gzip"),
          Map.entry("envoy.health_check", "envoy.filters.http.health_check"),
          Map.entry("envoy.ip_tagging", "envoy.filters.http.ip_tagging"),
          Map.entry("envoy.lua", "envoy.filters.http.lua"),
          Map.entry("envoy.rate_limit", "envoy.filters.http.ratelimit"),
          Map.entry("envoy.router", "envoy.filters.http.router"),
          Map.entry("envoy.squash", "envoy.filters.http.squash"));

  private static final Map<String, String> LISTENER =
      Map.of(
          "envoy.listener.http_inspector", "envoy.filters.listener.http_inspector",
          "envoy.listener.original_dst", "envoy.filters.listener.original_dst",
          "envoy.listener.original_src", "envoy.filters.listener.original_src",
          "envoy.listener.proxy_protocol", "envoy.filters.listener.proxy_protocol",
          "envoy.listener.tls_inspector", "envoy.filters.listener.tls_inspector");

  private static final String URL = "type.googleapis.com/";

  /** Types whose fields, as far as named here, mean the same in both generations. */
  private static final Map<String, Successor> TYPES =
      Map.of(
          "envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager",
          new Successor(
              "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              Set.of(
                  "max_request_headers_kb",
                  "http_protocol_options",
                  "http2_protocol_options",
                  "common_http_protocol_options",
                  "stat_prefix",
                  "server_name",
                  "use_remote_address",
                  "xff_num_trusted_hops",
                  "skip_xff_append",
                  "via",
                  "generate_request_id",
                  "preserve_external_request_id",
                  "normalize_path",
                  "merge_slashes",
                  "stream_idle_timeout",
                  "request_timeout",
                  "drain_timeout",
                  "delayed_close_timeout",
                  "add_user_agent",
                  "forward_client_cert_details")),
          "envoy.config.filter.http.lua.v2.Lua",
          new Successor("envoy.extensions.filters.http.lua.v3.Lua", Set.of("inline_code")));

  private OldNames() {}

  /** A type of the v3 API, and the fields of the v2 type that it takes unchanged. */
  private record Successor(String type, Set<String> fields) {}

  /** Returns today's name of a network filter with a name of the old generation. */
  static Optional<String> networkFilter(String name) {
    return Optional.ofNullable(NETWORK.get(name));
  }

  /** Returns today's name of an HTTP filter with a name of the old generation. */
  static Optional<String> httpFilter(String name) {
    return Optional.ofNullable(HTTP.get(name));
  }

  /** Returns today's name of a listener filter with a name of the old generation. */
  static Optional<String> listenerFilter(String name) {
    return Optional.ofNullable(LISTENER.get(name));
  }

  /** Returns whether a name is today's name of a network filter that once had another. */
  static boolean isRenamedNetworkFilter(String name) {
    return NETWORK.containsValue(name);
  }

  /** Returns whether a type URL names a type of the v2 API. */
  static boolean isOldType(String url) {
    String type = url.substring(url.lastIndexOf('/') + 1);
    return type.startsWith("envoy.") && (type.contains(".v2.") || type.contains(".v2alpha"));
  }

  /** Returns the type URL of today for a message, where every field of it means the same there. */
  static Optional<String> successor(Cursor message) {
    String url = message.at("@type").text("");
    Successor successor = TYPES.get(url.substring(url.lastIndexOf('/') + 1));
    if (successor == null) {
      return Optional.empty();
    }
    long known =
        successor.fields().stream()
            .filter(field -> !EnvoyPatch.field(message, field).isMissing())
            .count();
    boolean allKnown = known == message.fields().size() - 1;
    return allKnown ? Optional.of(URL + successor.type()) : Optional.empty();
  }
}
