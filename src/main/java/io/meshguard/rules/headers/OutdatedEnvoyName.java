package io.meshguard.rules.headers;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A filter name or type of Envoy's v2 generation. The name matches nothing since Istio 1.19 (istio
 * pilot/pkg/networking/core/envoyfilter/listener_patch.go), the type is refused since 1.19 and was
 * converted at best since 1.10; today's name matches nothing before 1.8.
 */
public final class OutdatedEnvoyName implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("outdated-envoy-name")
          .subjects(Kind.ENVOY_FILTER)
          .fixes(Safety.SAFE, Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.HEADER_TOO_LARGE, FaqEntry.HEADER_CASE)
          .symptoms(Symptom.LARGE_HEADERS)
          .build();

  private static final VersionRange EXACT_NAMES = VersionRange.from("1.19");
  private static final VersionRange OLD_NAMES_ONLY = VersionRange.before("1.8");
  private static final VersionRange WITHOUT_V2 = VersionRange.from("1.10");
  private static final VersionRange REFUSES_V2 = VersionRange.from("1.19");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Versions istio = mesh.facts().istio();
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      if (!patch.isGuarded()) {
        checkNames(patch, istio, report);
      }
      for (Cursor message : EnvoyPatch.messagesWith(patch.value(), "@type", report::cutShort)) {
        checkType(patch, message, istio, report);
      }
    }
  }

  private static void checkNames(EnvoyPatch patch, Versions istio, Report report) {
    Cursor filter = patch.filterName();
    Cursor subFilter = patch.subFilterName();
    Cursor listenerFilter = patch.at().at("match", "listener", "listenerFilter");
    String name = filter.text("");
    checkName(filter, OldNames.networkFilter(name), patch, istio, report);
    checkName(subFilter, OldNames.httpFilter(subFilter.text("")), patch, istio, report);
    Optional<String> listener = OldNames.listenerFilter(listenerFilter.text(""));
    checkName(listenerFilter, listener, patch, istio, report);
    Applicability tooNew = istio.in(OLD_NAMES_ONLY);
    boolean seen = tooNew.isMet();
    if (seen && OldNames.isRenamedNetworkFilter(name)) {
      report.say(filter, "too-new", name).holds(tooNew);
    }
  }

  private static void checkName(
      Cursor at, Optional<String> today, EnvoyPatch patch, Versions istio, Report report) {
    Applicability holds = istio.in(EXACT_NAMES);
    if (today.isEmpty() || holds == Applicability.NOWHERE) {
      return;
    }
    List<PatchOp> ops = new ArrayList<>();
    ops.add(replace(at, today.get()));
    Cursor name = patch.value().at("name");
    if (name.is(at.text(""))) {
      ops.add(replace(name, today.get()));
    }
    Report.Draft draft = report.say(at, "name", at.text("")).holds(holds);
    if (couldRun(patch)) {
      draft.fix(safety(patch), "rename", ops, Message.verbatim(today.get()));
    } else {
      draft.advice("rename-refused", Message.verbatim(today.get()));
    }
  }

  /**
   * A patch that was not applied so far begins to work. What a merge into the connection manager
   * does is read off the patch; a filter that comes or goes may do anything.
   */
  private static Safety safety(EnvoyPatch patch) {
    boolean merge =
        patch.operation().is("MERGE")
            && patch.applyTo().equals("NETWORK_FILTER")
            && EnvoyPatch.isConnectionManager(typedConfig(patch.value()));
    return merge ? Safety.SAFE : Safety.UNSAFE;
  }

  /** Returns whether Envoy would take what the patch brings: it finds extensions by type only. */
  private static boolean couldRun(EnvoyPatch patch) {
    if (patch.operation().is("REMOVE")) {
      return true;
    }
    Cursor config = typedConfig(patch.value());
    if (config.isMissing()) {
      return EnvoyPatch.field(patch.value(), "config_discovery").isObject();
    }
    String type = config.at("@type").text("");
    String inner = EnvoyPatch.field(config, "type_url").text("");
    boolean wrapped = type.endsWith(".TypedStruct");
    if (wrapped) {
      return !inner.isEmpty() && !OldNames.isOldType(inner);
    }
    return !type.isEmpty() && (!OldNames.isOldType(type) || OldNames.successor(config).isPresent());
  }

  private static Cursor typedConfig(Cursor extension) {
    return EnvoyPatch.field(extension, "typed_config");
  }

  private static void checkType(EnvoyPatch patch, Cursor message, Versions istio, Report report) {
    Cursor type = message.at("@type");
    Applicability holds = istio.in(WITHOUT_V2);
    if (!OldNames.isOldType(type.text("")) || holds == Applicability.NOWHERE) {
      return;
    }
    boolean refused = istio.in(REFUSES_V2) != Applicability.NOWHERE;
    String name = shortName(type.text(""));
    Report.Draft draft = report.say(type, refused ? "type" : "type-converted", name).holds(holds);
    Optional<String> successor = OldNames.successor(message);
    if (successor.isPresent() && !patch.isGuarded()) {
      draft.fix(safety(patch), "retype", List.of(replace(type, successor.get())));
    }
  }

  /** Returns the last three parts of a type's name, for example {@code lua.v2.Lua}. */
  private static String shortName(String url) {
    int at = url.length();
    for (int parts = 0; parts < 3 && at > 0; parts++) {
      at = url.lastIndexOf('.', at - 1);
    }
    return url.substring(at + 1);
  }

  private static PatchOp replace(Cursor at, String text) {
    return new PatchOp.Replace(at.pointer(), JsonNodeFactory.instance.textNode(text));
  }
}
