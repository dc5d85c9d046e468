package io.meshguard.rules.filter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Map;

/**
 * An extension by its name alone. Since Istio 1.19 Envoy finds extensions by the type of their
 * configuration only, and refuses the resource that has one without (istio commit 8ab904b563f;
 * envoy source/common/config/utility.h {@code getAndCheckFactory}).
 */
public final class UntypedEnvoyExtension implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("untyped-envoy-extension")
          .deniedInFiles()
          .subjects(Kind.ENVOY_FILTER)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.HEADER_TOO_LARGE, FaqEntry.HEADER_CASE)
          .symptoms(Symptom.NO_ANSWER)
          .build();

  private static final VersionRange BY_TYPE_ONLY = VersionRange.from("1.19");

  private static final String URL = "type.googleapis.com/envoy.extensions.";

  /** Types of extensions that need no setting, by today's name and by the one before. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry(
              "envoy.filters.listener.tls_inspector", "listener.tls_inspector.v3.TlsInspector"),
          Map.entry("envoy.listener.tls_inspector", "listener.tls_inspector.v3.TlsInspector"),
          Map.entry(
              "envoy.filters.listener.http_inspector", "listener.http_inspector.v3.HttpInspector"),
          Map.entry("envoy.listener.http_inspector", "listener.http_inspector.v3.HttpInspector"),
          Map.entry("envoy.filters.listener.original_dst", "listener.original_dst.v3.OriginalDst"),
          Map.entry("envoy.listener.original_dst", "listener.original_dst.v3.OriginalDst"),
          Map.entry(
              "envoy.filters.listener.proxy_protocol", "listener.proxy_protocol.v3.ProxyProtocol"),
          Map.entry("envoy.listener.proxy_protocol", "listener.proxy_protocol.v3.ProxyProtocol"),
          Map.entry("envoy.filters.http.cors", "http.cors.v3.Cors"),
          Map.entry("envoy.cors", "http.cors.v3.Cors"),
          Map.entry("envoy.filters.http.grpc_web", "http.grpc_web.v3.GrpcWeb"),
          Map.entry("envoy.grpc_web", "http.grpc_web.v3.GrpcWeb"),
          Map.entry("envoy.filters.http.grpc_stats", "http.grpc_stats.v3.FilterConfig"),
          Map.entry("envoy.filters.http.grpc_http1_bridge", "http.grpc_http1_bridge.v3.Config"),
          Map.entry("envoy.grpc_http1_bridge", "http.grpc_http1_bridge.v3.Config"));

  private static final int LONGEST_WAY = 100;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      List<Extensions.Untyped> untyped = Extensions.untyped(patch);
      if (untyped.isEmpty()) {
        continue;
      }
      Applicability byType = patch.in(BY_TYPE_ONLY, mesh.facts().istio());
      for (Extensions.Untyped extension : untyped) {
        if (extension.required()) {
          say(patch, extension.at(), "required", report);
        } else if (byType != Applicability.NOWHERE) {
          say(patch, extension.at(), "found", report).holds(byType);
        }
      }
    }
  }

  private static Report.Draft say(EnvoyPatch patch, Cursor extension, String key, Report report) {
    Cursor name = extension.at("name");
    // The API server cuts long warnings, so a long way down is not written out.
    boolean far = name.pointer().toString().length() + name.text("").length() > LONGEST_WAY;
    Report.Draft draft =
        report.say(far ? patch.value() : name, key, name.text(""), refused(patch)).names(name);
    String type = TYPES.get(name.text(""));
    if (extension.at("config").isPresent()) {
      draft.advice("config");
    } else if (type == null || !EnvoyPatch.field(extension, "typed_config").isMissing()) {
      draft.advice("advice");
    } else {
      String url = URL + "filters." + type;
      draft.fix(
          Safety.UNSAFE,
          "type",
          List.of(
              new PatchOp.Add(
                  extension.at("typed_config").pointer(),
                  JsonNodeFactory.instance.objectNode().put("@type", url))),
          Message.verbatim(url.substring(url.lastIndexOf('.') + 1)));
    }
    return draft;
  }

  /** Picks the word for what Envoy refuses: a listener, a cluster or a route configuration. */
  static int refused(EnvoyPatch patch) {
    return switch (patch.applyTo()) {
      case "CLUSTER" -> 1;
      case "ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE" -> 2;
      default -> 0;
    };
  }
}
