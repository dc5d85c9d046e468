package io.meshguard.rules.headers;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.stream.Stream;

/**
 * A limit on the size of request headers that no proxy uses: it stands outside the HTTP connection
 * manager's configuration, or the operation of the patch does not change the one that istiod makes
 * (istio pilot/pkg/networking/core/envoyfilter/listener_patch.go @1.30.3).
 */
public final class IneffectiveHeaderLimit implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("ineffective-header-limit")
          .subjects(Kind.ENVOY_FILTER)
          .faq(FaqEntry.HEADER_TOO_LARGE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      for (Cursor message : HeaderLimit.messages(patch, report)) {
        check(patch, message, report);
      }
    }
  }

  private static void check(EnvoyPatch patch, Cursor message, Report report) {
    Cursor limit = HeaderLimit.of(message);
    if (isTypedStruct(message) || isOtherThanText(patch)) {
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
    boolean complete = EnvoyPatch.field(message, "stat_prefix").isPresent();
    return complete && !patch.operation().is("REMOVE");
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
