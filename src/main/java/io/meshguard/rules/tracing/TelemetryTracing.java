package io.meshguard.rules.tracing;

import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Report;
import java.util.Map;

/** What a Telemetry switches off, and providers in it that Istio has dropped. */
final class TelemetryTracing {

  private static final VersionRange PROPAGATION_FIELD = VersionRange.from("1.30");

  /** Field of an extension provider, and the versions that no longer have it. */
  private static final Map<String, VersionRange> DROPPED =
      Map.of("lightstep", VersionRange.from("1.27"), "opencensus", VersionRange.from("1.25"));

  private TelemetryTracing() {}

  static void check(Resource telemetry, Mesh mesh, Report report) {
    if (isForEgress(telemetry)) {
      return;
    }
    boolean forTheMesh =
        mesh.facts().rootNamespaces().contains(telemetry.namespace())
            && !telemetry.at("spec", "selector").isPresent()
            && !telemetry.at("spec", "targetRefs").isNonEmpty();
    for (Cursor tracing : telemetry.at("spec", "tracing").each()) {
      if (!forTheMesh) {
        checkSwitches(tracing, mesh, report);
      }
      for (Cursor provider : tracing.at("providers").each()) {
        checkProvider(provider.at("name"), mesh, report);
      }
    }
  }

  private static void checkSwitches(Cursor tracing, Mesh mesh, Report report) {
    Cursor reporting = tracing.at("disableSpanReporting");
    if (reporting.isTrue()) {
      report.say(reporting, "no-spans").advice("advice-switch");
    }
    Cursor propagation = tracing.at("disableContextPropagation");
    Applicability holds = mesh.facts().istio().in(PROPAGATION_FIELD);
    if (propagation.isTrue() && holds != Applicability.NOWHERE) {
      report.say(propagation, "no-propagation").holds(holds).advice("advice-switch");
    }
  }

  private static void checkProvider(Cursor name, Mesh mesh, Report report) {
    for (MeshConfig config : MeshConfig.all(mesh)) {
      for (Cursor provider : config.config().at("extensionProviders").each()) {
        if (name.text().isEmpty() || !provider.at("name").is(name.text(""))) {
          continue;
        }
        for (Map.Entry<String, VersionRange> dropped : DROPPED.entrySet()) {
          Applicability holds = mesh.facts().istio().in(dropped.getValue());
          if (provider.at(dropped.getKey()).isObject() && holds != Applicability.NOWHERE) {
            String since = dropped.getValue().toString().substring(2);
            report
                .say(name, "dropped-provider", name.text(""), dropped.getKey(), since)
                .holds(holds)
                .advice("advice-provider");
            return;
          }
        }
      }
    }
  }

  private static boolean isForEgress(Resource telemetry) {
    return Egress.selects(telemetry.at("spec", "selector", "matchLabels"))
        || telemetry.at("spec", "targetRefs").each().stream()
            .anyMatch(target -> Egress.saysEgress(target.at("name")));
  }
}
