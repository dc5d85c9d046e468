package io.meshguard.rules.filter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
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
import java.util.Optional;
import java.util.Set;

/**
 * A patch after which Envoy refuses what it gets, or that istiod drops, alone or with those of
 * other EnvoyFilters (istio pilot/pkg/networking/core/envoyfilter/listener_patch.go and
 * pkg/config/validation/envoyfilter/envoyfilter.go @1.31).
 */
public final class BrokenEnvoyPatch implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("broken-envoy-patch")
          .deniedInFiles()
          .subjects(Kind.ENVOY_FILTER)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.HEADER_TOO_LARGE, FaqEntry.HEADER_CASE)
          .symptoms(Symptom.NO_ANSWER)
          .build();

  /** Merging two messages of different types ends in a panic that istiod catches per listener. */
  private static final VersionRange PANICS = VersionRange.from("1.14");

  /** Before, a removal without a filter's name removed every filter. */
  private static final VersionRange REMOVES_BY_NAME = VersionRange.from("1.31");

  private static final String MANAGER = "envoy.filters.network.http_connection_manager";
  private static final String TCP_PROXY = "envoy.filters.network.tcp_proxy";
  private static final String ROUTER = "envoy.filters.http.router";
  private static final String HTTP_TYPES = "envoy.extensions.filters.http.";
  private static final String NETWORK_TYPES = "envoy.extensions.filters.network.";

  /** Filters that istiod puts into every connection manager. */
  private static final Set<String> ALWAYS_THERE =
      Set.of(ROUTER, "envoy.filters.http.fault", "envoy.filters.http.cors");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    List<EnvoyPatch> patches = EnvoyPatch.of(subject);
    boolean removes = patches.stream().anyMatch(patch -> patch.operation().is("REMOVE"));
    Reach reach = Reach.of(subject, mesh);
    Versions istio = mesh.facts().istio();
    for (EnvoyPatch patch : patches) {
      if (patch.at().at("match", "context").is("WAYPOINT")) {
        continue;
      }
      // A patch that hits nothing, or is refused, does no other harm.
      if (PatchMatch.check(patch, istio, report)) {
        continue;
      }
      switch (patch.applyTo()) {
        case "HTTP_FILTER" -> checkHttpFilter(patch, removes, istio, report);
        case "NETWORK_FILTER" -> checkNetworkFilter(patch, removes, reach, istio, report);
        case "LISTENER_FILTER" ->
            checkSkipped(
                patch, patch.at().at("match", "listener", "listenerFilter"), istio, report);
        default -> {}
      }
      PatchTypes.check(patch, report);
    }
  }

  private static void checkHttpFilter(
      EnvoyPatch patch, boolean removes, Versions istio, Report report) {
    Cursor subFilter = patch.at().at("match", "listener", "filterChain", "filter", "subFilter");
    boolean behind =
        patch.operation().is("ADD")
            || (patch.operation().is("INSERT_AFTER")
                && (!subFilter.isPresent() || patch.subFilterName().is(ROUTER)));
    Cursor config = EnvoyPatch.field(patch.value(), "typed_config");
    String type = config.at("@type").text("");
    // Another router takes the place of one that is removed.
    boolean router = type.contains(HTTP_TYPES + "router.") || removes;
    if (behind && !router) {
      Report.Draft draft =
          report.say(patch.operation(), "behind-router", patch.operation().text(""));
      if (config.isPresent()) {
        draft.fix(
            Safety.UNSAFE,
            "before",
            List.of(
                new PatchOp.Replace(
                    patch.operation().pointer(),
                    JsonNodeFactory.instance.textNode("INSERT_BEFORE"))));
      } else {
        draft.advice("before");
      }
    }
    checkSkipped(patch, subFilter, istio, report);
    if (!patch.operation().is("MERGE") || isWrapped(type)) {
      return;
    }
    if (!subFilter.isPresent() && config.isMissing()) {
      if (!patch.value().at("name").text("").isEmpty()) {
        report
            .say(patch.value().at("name"), "renames-all", patch.value().at("name").text(""))
            .advice("name-sub-filter");
      }
      return;
    }
    String name = patch.subFilterName().text("");
    String own = name.substring(name.lastIndexOf('.') + 1);
    boolean other = ALWAYS_THERE.contains(name) && !type.contains(HTTP_TYPES + own + ".");
    if (!type.isEmpty() && (!subFilter.isPresent() || other)) {
      mixed(patch, subFilter.isPresent() ? 1 : 2, istio, report);
    }
  }

  private static void checkNetworkFilter(
      EnvoyPatch patch, boolean removes, Reach reach, Versions istio, Report report) {
    Cursor filter = patch.at().at("match", "listener", "filterChain", "filter");
    String name = patch.filterName().text("");
    String operation = patch.operation().text("");
    Cursor config = EnvoyPatch.field(patch.value(), "typed_config");
    boolean limit = hasHeaderLimit(config, report);
    boolean hits =
        switch (operation) {
          case "ADD", "INSERT_FIRST" -> true;
          case "INSERT_BEFORE", "INSERT_AFTER" ->
              !filter.isPresent() || name.equals(MANAGER) || name.equals(TCP_PROXY);
          case "REPLACE" -> name.equals(MANAGER) || name.equals(TCP_PROXY);
          default -> false;
        };
    boolean bare =
        EnvoyPatch.isConnectionManager(config)
            && !EnvoyPatch.field(config, "stat_prefix").isPresent();
    if (hits && bare) {
      // ineffective-header-limit says the same where the fragment holds its limit.
      if (!limit) {
        report
            .say(
                patch.operation(),
                "bare",
                Message.verbatim(operation),
                operation.equals("REPLACE") ? 1 : 0)
            .advice("merge");
      }
      return;
    }
    boolean last = operation.equals("ADD") || operation.equals("INSERT_AFTER");
    if (hits && last && !removes) {
      report.say(patch.operation(), "behind-last", operation).advice("before-last");
    }
    checkSkipped(patch, filter, istio, report);
    if (patch.operation().is("MERGE")) {
      checkMerge(patch, config, limit, reach, istio, report);
    }
  }

  private static void checkMerge(
      EnvoyPatch patch, Cursor config, boolean limit, Reach reach, Versions istio, Report report) {
    String type = config.at("@type").text("");
    String name = patch.filterName().text("");
    if (type.isEmpty() || isWrapped(type) || !type.contains(NETWORK_TYPES)) {
      return;
    }
    boolean manager = EnvoyPatch.isConnectionManager(config);
    Cursor listener = patch.at().at("match", "listener");
    // ineffective-header-limit says it of a limit that is merged into everything.
    boolean said = limit && manager && (name.equals(TCP_PROXY) || reach.isUnlimited(patch));
    boolean other =
        (name.equals(MANAGER) && !manager)
            || (name.equals(TCP_PROXY) && !type.contains(NETWORK_TYPES + "tcp_proxy."));
    if (other && !said) {
      mixed(patch, 1, istio, report);
    } else if (!listener.isPresent() && reach.isSurelySidecar(patch) && !said) {
      mixed(patch, 0, istio, report);
    }
  }

  private static void mixed(EnvoyPatch patch, int what, Versions istio, Report report) {
    Applicability holds = patch.in(PANICS, istio);
    if (holds != Applicability.NOWHERE) {
      report
          .say(patch.operation(), "mixed-types", what)
          .names(patch.value())
          .holds(holds)
          .advice("name-filter", what);
    }
  }

  /** Operations on one filter do nothing where the match does not say which. */
  private static void checkSkipped(EnvoyPatch patch, Cursor filter, Versions istio, Report report) {
    String operation = patch.operation().text("");
    boolean listenerFilter = patch.applyTo().equals("LISTENER_FILTER");
    boolean one =
        switch (operation) {
          case "REPLACE", "REMOVE" -> true;
          case "MERGE" -> listenerFilter;
          default -> false;
        };
    if (!one || filter.isPresent()) {
      return;
    }
    Applicability holds =
        operation.equals("REMOVE") && !listenerFilter
            ? patch.in(REMOVES_BY_NAME, istio)
            : Applicability.EVERYWHERE;
    if (holds.isMet()) {
      int field = listenerFilter ? 2 : patch.applyTo().equals("HTTP_FILTER") ? 1 : 0;
      report.say(patch.operation(), "skipped", operation, field).holds(holds);
    }
  }

  private static boolean hasHeaderLimit(Cursor config, Report report) {
    return !EnvoyPatch.messagesWith(config, "max_request_headers_kb", report::cutShort).isEmpty();
  }

  /** A TypedStruct stands for a message of another type. */
  static boolean isWrapped(String type) {
    return type.endsWith(".TypedStruct");
  }

  /**
   * Which proxies an EnvoyFilter is for.
   *
   * @param selects whether it may be for some only
   * @param root whether it lives in a root namespace
   */
  private record Reach(boolean selects, boolean root) {

    static Reach of(Resource subject, Mesh mesh) {
      return new Reach(
          subject.at("spec", "workloadSelector").isPresent()
              || subject.at("spec", "targetRefs").isPresent(),
          mesh.facts().rootNamespaces().contains(subject.namespace()));
    }

    /** Returns whether sidecars are surely among the proxies, which have TCP chains, too. */
    boolean isSurelySidecar(EnvoyPatch patch) {
      return switch (context(patch).orElse("ANY")) {
        case "SIDECAR_INBOUND", "SIDECAR_OUTBOUND" -> true;
        case "ANY" -> root && !selects;
        default -> false;
      };
    }

    boolean isUnlimited(EnvoyPatch patch) {
      return !selects && !context(patch).filter("GATEWAY"::equals).isPresent();
    }

    private static Optional<String> context(EnvoyPatch patch) {
      return patch.at().at("match", "context").text();
    }
  }
}
