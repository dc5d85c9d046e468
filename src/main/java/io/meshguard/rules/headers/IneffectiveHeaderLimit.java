package io.meshguard.rules.headers;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.List;
import java.util.stream.Stream;

/**
 * A limit on the size of request headers that no proxy uses: it stands outside the HTTP connection
 * manager's configuration, or the operation of the patch does not change the one that istiod makes,
 * but brings another one that Envoy refuses (istio
 * pilot/pkg/networking/core/envoyfilter/listener_patch.go @1.30.3).
 */
public final class IneffectiveHeaderLimit implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("ineffective-header-limit")
          .subjects(Kind.ENVOY_FILTER)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.HEADER_TOO_LARGE)
          .symptoms(Symptom.NO_ANSWER, Symptom.LARGE_HEADERS)
          .build();

  /** Merging two messages of different types ends in a panic that istiod catches per listener. */
  private static final VersionRange PANICS = VersionRange.from("1.14");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    boolean selects =
        subject.at("spec", "workloadSelector").isPresent()
            || subject.at("spec", "targetRefs").isPresent();
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      List<Cursor> messages = HeaderLimit.messages(patch, report);
      if (!messages.isEmpty() && !isOtherThanText(patch)) {
        if (leavesListenerIncomplete(patch, messages)) {
          report.say(patch.operation(), "refused", patch.operation().text(""));
        } else {
          messages.forEach(message -> check(patch, message, report));
          checkReach(patch, messages, selects, mesh, report);
        }
      }
    }
  }

  /**
   * Returns whether a patch puts a connection manager of its own into a listener that lacks what
   * one must have: Envoy refuses the whole listener.
   */
  private static boolean leavesListenerIncomplete(EnvoyPatch patch, List<Cursor> messages) {
    Cursor own = EnvoyPatch.field(patch.value(), "typed_config");
    boolean brings =
        switch (patch.operation().text("")) {
          case "INSERT_BEFORE", "INSERT_AFTER", "INSERT_FIRST", "REPLACE", "ADD" -> true;
          default -> false;
        };
    return switch (patch.applyTo()) {
      case "NETWORK_FILTER" -> brings && EnvoyPatch.isConnectionManager(own) && isBare(own);
      case "LISTENER", "FILTER_CHAIN" ->
          (patch.operation().is("ADD") || patch.operation().is("MERGE"))
              && messages.stream().anyMatch(m -> EnvoyPatch.isConnectionManager(m) && isBare(m));
      default -> false;
    };
  }

  private static boolean isBare(Cursor manager) {
    return !EnvoyPatch.field(manager, "stat_prefix").isPresent();
  }

  /**
   * A merge that also meets filters of another type fails in istiod, and with it the patches of all
   * EnvoyFilters from that listener on. The listeners of a gateway may have no others.
   *
   * @param selects whether the EnvoyFilter may be for gateways only
   */
  private static void checkReach(
      EnvoyPatch patch, List<Cursor> messages, boolean selects, Mesh mesh, Report report) {
    boolean merges =
        patch.operation().is("MERGE")
            && patch.applyTo().equals("NETWORK_FILTER")
            && messages.stream().anyMatch(EnvoyPatch::isConnectionManager);
    Cursor match = patch.at().at("match");
    boolean mayBeGateway = selects || match.at("context").is("GATEWAY");
    boolean everyFilter = !match.at("listener", "filterChain").isPresent() && !mayBeGateway;
    boolean otherFilter = patch.filterName().is("envoy.filters.network.tcp_proxy");
    Applicability holds = patch.in(PANICS, mesh.facts().istio());
    if (merges && (everyFilter || otherFilter) && holds != Applicability.NOWHERE) {
      Cursor at = otherFilter ? patch.filterName() : patch.operation();
      report.say(at, "every-filter").holds(holds).advice("name-filter");
    }
  }

  private static void check(EnvoyPatch patch, Cursor message, Report report) {
    Cursor limit = HeaderLimit.of(message);
    if (isTypedStruct(message)) {
      return;
    }
    if (!EnvoyPatch.isConnectionManager(message)) {
      reportPlace(patch, message, limit, report);
    } else if (!mayHoldConnectionManager(patch)) {
      report.say(limit, "apply-to", patch.applyTo());
    } else if (!changesConnectionManager(patch, message)) {
      Cursor operation = patch.operation();
      String written = operation.text("");
      report.say(operation.isPresent() ? operation : limit, "operation", written);
    }
  }

  private static void reportPlace(EnvoyPatch patch, Cursor message, Cursor limit, Report report) {
    if (!mayHoldConnectionManager(patch)) {
      report.say(limit, "apply-to", patch.applyTo());
    } else if (HeaderLimit.isTypedConfig(message) && !message.at("@type").isPresent()) {
      report.say(limit, "no-type");
    } else if (HeaderLimit.isTypedConfig(message)) {
      report.say(limit, "other-type", message.at("@type").text(""));
    } else {
      report.say(limit, "place");
    }
  }

  private static boolean mayHoldConnectionManager(EnvoyPatch patch) {
    return switch (patch.applyTo()) {
      case "LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "BOOTSTRAP" -> true;
      default -> false;
    };
  }

  /**
   * Only a merge into the network filter reaches the connection manager of istiod. Any other
   * operation works if it brings a complete one, which has a {@code stat_prefix}.
   */
  private static boolean changesConnectionManager(EnvoyPatch patch, Cursor message) {
    if (patch.operation().is("MERGE") && patch.applyTo().equals("NETWORK_FILTER")) {
      return true;
    }
    return !isBare(message) && !patch.operation().is("REMOVE");
  }

  /** Enums written as numbers are refused wherever the CRD has a schema, and not judged here. */
  private static boolean isOtherThanText(EnvoyPatch patch) {
    return Stream.of(patch.operation(), patch.at().at("applyTo"))
        .anyMatch(word -> word.isPresent() && word.text().isEmpty());
  }

  /** A TypedStruct names the type of what it holds in {@code type_url} beside {@code value}. */
  private static boolean isTypedStruct(Cursor message) {
    return "value".equals(message.pointer().last().getMatchingProperty())
        && message.pointer().toString().contains("/typed");
  }
}
