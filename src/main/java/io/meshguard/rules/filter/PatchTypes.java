package io.meshguard.rules.filter;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Nearest;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The types in the value of a patch: none, one that nobody has, or one that does not belong. */
final class PatchTypes {

  private static final String URL = "type.googleapis.com/";
  private static final String OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  /** Types that are often written, by themselves in small letters. */
  private static final Map<String, String> KNOWN =
      Stream.of(
              OPTIONS,
              "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
              "envoy.extensions.filters.http.lua.v3.Lua",
              "envoy.extensions.filters.http.lua.v3.LuaPerRoute",
              "envoy.extensions.filters.http.router.v3.Router",
              "envoy.extensions.filters.http.cors.v3.Cors",
              "envoy.extensions.filters.http.fault.v3.HTTPFault",
              "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
              "envoy.extensions.filters.http.buffer.v3.Buffer",
              "envoy.extensions.filters.http.ratelimit.v3.RateLimit",
              "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
              "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
              "envoy.extensions.filters.http.wasm.v3.Wasm",
              "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol",
              "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
              "envoy.extensions.http.header_formatters.preserve_case.v3"
                  + ".PreserveCaseFormatterConfig",
              "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
              "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
              "envoy.extensions.access_loggers.file.v3.FileAccessLog")
          .collect(Collectors.toUnmodifiableMap(PatchTypes::small, Function.identity()));

  private static final Set<String> MESSAGES =
      Set.of(
          "LISTENER",
          "FILTER_CHAIN",
          "CLUSTER",
          "ROUTE_CONFIGURATION",
          "VIRTUAL_HOST",
          "HTTP_ROUTE",
          "HTTP_FILTER",
          "NETWORK_FILTER",
          "LISTENER_FILTER");

  private static final int LONGEST_WAY = 80;

  private PatchTypes() {}

  static void check(EnvoyPatch patch, Report report) {
    if (patch.operation().is("REMOVE")) {
      return;
    }
    Cursor value = patch.value();
    String top = value.at("@type").text("");
    if (!top.isEmpty() && MESSAGES.contains(patch.applyTo())) {
      boolean options = patch.applyTo().equals("CLUSTER") && top.endsWith("." + name(OPTIONS));
      report.say(value.at("@type"), "type-on-top", options ? 1 : 0);
    }
    checkTypes(patch, value, true, report);
    checkOptions(EnvoyPatch.field(value, "typed_extension_protocol_options"), report);
    checkTransport(patch, report);
    checkLua(EnvoyPatch.field(value, "typed_config"), report);
  }

  /**
   * Checks each configuration of an extension.
   *
   * @param outermost whether no configuration is around this one
   */
  private static void checkTypes(
      EnvoyPatch patch, Cursor message, boolean outermost, Report report) {
    for (Cursor holder : EnvoyPatch.messagesWith(message, "typed_config", report::cutShort)) {
      Cursor config = EnvoyPatch.field(holder, "typed_config");
      if (!config.isObject()) {
        continue;
      }
      String type = config.at("@type").text("");
      // ineffective-header-limit says it where the configuration is about its limit
      boolean said =
          outermost
              && !EnvoyPatch.field(config, "max_request_headers_kb").isMissing()
              && config.at("@type").isMissing();
      if (config.at("@type").isMissing()) {
        if (!said) {
          report.say(config, "no-type").names(config);
        }
        continue;
      }
      // The API server cuts long warnings, so a long way down is not written out.
      boolean far = config.pointer().toString().length() > LONGEST_WAY;
      unknownType(config, far ? patch.value() : config.at("@type"), type, report);
      if (type.startsWith(URL + "envoy.")) {
        checkTypes(patch, config, false, report);
      }
    }
  }

  private static void unknownType(Cursor config, Cursor at, String type, Report report) {
    String name = type.substring(type.lastIndexOf('/') + 1);
    String known = KNOWN.get(small(name));
    if (known != null && !known.equals(name)) {
      report.say(at, "unknown-type", name).names(config).advice("write", Message.verbatim(known));
    }
  }

  private static void checkOptions(Cursor options, Report report) {
    for (Cursor.Field option : options.fields()) {
      Optional<String> meant =
          option.name().equals(OPTIONS)
              ? Optional.empty()
              : Nearest.within(2, option.name(), List.of(OPTIONS));
      meant.ifPresent(
          right ->
              report
                  .say(options, "option-key", option.name())
                  .names(option.name())
                  .advice("write", Message.verbatim(right)));
    }
  }

  private static void checkTransport(EnvoyPatch patch, Report report) {
    switch (patch.applyTo()) {
      case "CLUSTER" -> checkTransport(patch.value(), "DownstreamTlsContext", 1, report);
      case "FILTER_CHAIN" -> checkTransport(patch.value(), "UpstreamTlsContext", 0, report);
      case "LISTENER" ->
          EnvoyPatch.field(patch.value(), "filter_chains")
              .each()
              .forEach(chain -> checkTransport(chain, "UpstreamTlsContext", 0, report));
      default -> {}
    }
  }

  private static void checkTransport(Cursor message, String wrong, int place, Report report) {
    Cursor socket = EnvoyPatch.field(message, "transport_socket");
    Cursor type = EnvoyPatch.field(socket, "typed_config").at("@type");
    if (type.text("").endsWith("." + wrong)) {
      report.say(type, "tls-side", place);
    }
  }

  private static void checkLua(Cursor config, Report report) {
    boolean lua = config.at("@type").text("").endsWith(".lua.v3.Lua");
    Cursor source = EnvoyPatch.field(config, "default_source_code");
    if (lua && source.isPresent() && EnvoyPatch.field(config, "inline_code").isPresent()) {
      report.say(source, "lua-twice");
    }
  }

  private static String name(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static String small(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
