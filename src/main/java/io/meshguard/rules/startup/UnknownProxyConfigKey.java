package io.meshguard.rules.startup;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigSchema;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigTypes;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import io.meshguard.rules.startup.UnknownKeys.Unknown;
import java.util.Set;

/**
 * A key that ProxyConfig does not have, at that place or in that version. istiod reads strictly
 * first, and then once more and ignores what it does not know (istio pkg/util/protomarshal {@code
 * ApplyJSON} @1.31).
 */
public final class UnknownProxyConfigKey implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unknown-proxy-config-key")
          .subjects(Workload.KINDS)
          .subjects(Kind.CONFIG_MAP)
          .reads(Injection.READS)
          .faq(FaqEntry.SIDECAR_NOT_READY, FaqEntry.SMART_DNS, FaqEntry.UPGRADE_REQUIRED)
          .symptoms(Symptom.NO_ANSWER, Symptom.LOW_VERSION)
          .build();

  /** Annotations that have the name of a field, and are read. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "sidecar.istio.io/controlPlaneAuthPolicy",
          "sidecar.istio.io/discoveryAddress",
          "sidecar.istio.io/extraStatTags",
          "sidecar.istio.io/interceptionMode",
          "sidecar.istio.io/statsCompression");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.CONFIG_MAP)) {
      if (MeshConfig.isCarrier(subject, mesh)) {
        checkMesh(subject, mesh, report);
      }
      return;
    }
    Workload.of(subject)
        .filter(workload -> !workload.hasSidecar())
        .ifPresent(workload -> checkWorkload(workload, mesh, report));
  }

  private static void checkMesh(Resource map, Mesh mesh, Report report) {
    Cursor at = map.at("data", "mesh");
    for (MeshConfig config : MeshConfig.of(map)) {
      for (Cursor.Field field : config.config().fields()) {
        String name = field.name();
        boolean wrapper = name.equals("meshConfig") && field.value().isObject();
        boolean ofProxy =
            ProxyConfigSchema.fields("").filter(fields -> fields.containsKey(name)).isPresent()
                && !name.equals(ProxyConfigs.HOLD)
                && !ProxyConfigSchema.isOfMesh(name);
        if (wrapper || ofProxy) {
          report.say(at, wrapper ? "mesh-wrapper" : "of-proxy", name).names(name);
        }
      }
      check(at, config.config().at("defaultConfig"), mesh.facts().istio(), mesh, report);
    }
  }

  private static void checkWorkload(Workload workload, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    Decision decision = injection.decide(workload);
    if (decision.ruledOut() || injection.ambient(workload)) {
      return;
    }
    for (Cursor.Field field : workload.template().metadata().at("annotations").fields()) {
      String key = field.name();
      String name = key.substring(key.indexOf('/') + 1);
      boolean ours = key.equals("sidecar.istio.io/" + name) || key.equals("proxy.istio.io/" + name);
      boolean known =
          ANNOTATIONS.contains(key)
              || name.equals(ProxyConfigs.HOLD)
              || ProxyConfigSchema.fields("").filter(all -> all.containsKey(name)).isEmpty();
      if (ours && !known) {
        report.say(field.value(), "annotation", key, name).names(key);
      }
    }
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    if (annotation.text().isEmpty()) {
      return;
    }
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
      return;
    }
    Versions istio = injection.versions(decision);
    boolean refused =
        ProxyConfigTypes.mistakes(text.config()).stream()
            .anyMatch(mistake -> istio.in(mistake.versions()) != Applicability.NOWHERE);
    // invalid-proxy-config-annotation speaks: no Pod is created.
    if (!refused) {
      check(annotation, text.config(), istio, mesh, report);
    }
  }

  private static void check(Cursor at, Cursor config, Versions istio, Mesh mesh, Report report) {
    boolean managed = mesh.facts().platform() == MeshFacts.Platform.TKE;
    for (Unknown unknown : UnknownKeys.of(config, istio, managed)) {
      say(at, unknown, report).names(unknown.key());
    }
  }

  private static Report.Draft say(Cursor at, Unknown unknown, Report report) {
    String key = unknown.key();
    String meant = unknown.meant();
    return switch (unknown.hint()) {
      case NONE -> report.say(at, "unknown", key);
      case SPELLING -> report.say(at, "spelling", key, meant);
      case ELSEWHERE -> report.say(at, "elsewhere", key, meant, meant.isEmpty() ? 1 : 0);
      case WRAPPER -> report.say(at, "wrapper", key);
      case VARIABLE -> report.say(at, "variable", key);
      case MESH -> report.say(at, "of-mesh", key);
      case ISTIOD -> report.say(at, "of-istiod", key);
      case IN_METADATA -> report.say(at, "in-metadata", key);
      case VERSION -> {
        boolean gone = meant.startsWith("-");
        yield report.say(at, gone ? "gone" : "newer", key, gone ? meant.substring(1) : meant);
      }
    };
  }
}
