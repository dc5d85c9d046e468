package io.meshguard.rules.tracing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Discovery;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
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
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Telemetry, or the mesh configuration, that names a provider which the mesh does not have or
 * which does not trace; or a Telemetry that switches tracing off because nothing names a provider
 * (istio pilot/pkg/model/telemetry.go {@code Tracing} @1.31).
 */
public final class UnknownTelemetryProvider implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unknown-telemetry-provider")
          .subjects(Kind.TELEMETRY, Kind.CONFIG_MAP)
          .reads(Discovery.CONFIG_READS)
          .reads(Kind.TELEMETRY)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.TRACING)
          .build();

  /** Before, a section without a provider fell back to the settings of proxies. */
  private static final VersionRange OFF_WITHOUT_PROVIDER = VersionRange.from("1.14");

  private static final List<String> SECTIONS = List.of("tracing", "metrics", "accessLogging");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.CONFIG_MAP)) {
      if (MeshConfig.isCarrier(subject, mesh)) {
        checkDefaults(subject, mesh, report);
      }
    } else if (!subject.at("spec", "targetRefs").isNonEmpty()
        && Discovery.allConfigsSeen(mesh)
        && allProvidersSeen(mesh)) {
      checkTelemetry(subject, mesh, report);
    }
  }

  /**
   * The profile that an installer starts from has providers too ({@code demo} for example), unless
   * there is a list in their place, and a further file may have another list.
   */
  private static boolean allProvidersSeen(Mesh mesh) {
    boolean allFiles =
        mesh.list(Kind.ISTIO_OPERATOR).complete() && mesh.list(Kind.SAIL_ISTIO).complete();
    return MeshConfig.all(mesh).stream()
        .allMatch(
            each ->
                each.whole() || (allFiles && each.config().at("extensionProviders").isNonEmpty()));
  }

  private static void checkTelemetry(Resource subject, Mesh mesh, Report report) {
    Providers providers = Providers.of(MeshConfig.all(mesh));
    for (int section = 0; section < SECTIONS.size(); section++) {
      for (Cursor entry : subject.at("spec", SECTIONS.get(section)).each()) {
        boolean off = entry.at("disableSpanReporting").isTrue();
        List<Cursor> named = entry.at("providers").each();
        for (int i = 0; i < named.size() && !off; i++) {
          boolean unused = section == 0 && i > 0;
          checkName(named.get(i).at("name"), section, unused, providers, mesh, report);
        }
      }
    }
    if (isWithoutProvider(subject) && !providers.tracesByDefault()) {
      checkMissing(subject, mesh, report);
    }
  }

  private static void checkName(
      Cursor at, int section, boolean unused, Providers providers, Mesh mesh, Report report) {
    String name = at.text("");
    if (name.isEmpty()) {
      return;
    }
    if (providers.has(name)) {
      Optional<String> kind =
          section == 0 && !unused ? providers.withoutTracing(name) : Optional.empty();
      kind.ifPresent(
          each -> report.say(at, "no-tracer", name, Message.verbatim(each)).advice("advice"));
      return;
    }
    Optional<String> meant = providers.similarTo(name);
    // A managed mesh has providers of its own, which are not seen here.
    if (meant.isEmpty() && mesh.facts().platform() == MeshFacts.Platform.TKE) {
      return;
    }
    Report.Draft draft =
        unused
            ? report.say(at, "unused", name).harmless()
            : report.say(at, "unknown", name, section);
    if (meant.isPresent()) {
      draft.fix(
          Safety.UNSAFE,
          "rename",
          List.of(
              new PatchOp.Replace(at.pointer(), JsonNodeFactory.instance.textNode(meant.get()))),
          meant.get());
    } else {
      draft.advice("advice");
    }
  }

  /** Returns whether a Telemetry is about tracing, means it, and names no provider anywhere. */
  private static boolean isWithoutProvider(Resource telemetry) {
    List<Cursor> entries = telemetry.at("spec", "tracing").each();
    return !entries.isEmpty()
        && entries.stream()
            .allMatch(
                entry ->
                    entry.isObject()
                        && !entry.at("providers").isNonEmpty()
                        && !entry.at("disableSpanReporting").isTrue());
  }

  /**
   * A provider may come from a less specific Telemetry. Where a more specific one names it, tracing
   * may be off for the rest on purpose.
   */
  private static void checkMissing(Resource subject, Mesh mesh, Report report) {
    Set<String> roots = mesh.facts().rootNamespaces();
    boolean root = roots.contains(subject.namespace());
    Applicability holds = mesh.facts().istio().in(OFF_WITHOUT_PROVIDER);
    if (holds == Applicability.NOWHERE) {
      return;
    }
    List<Listing> listings = new ArrayList<>();
    listings.add(root ? mesh.list(Kind.TELEMETRY) : mesh.list(Kind.TELEMETRY, subject.namespace()));
    boolean known = true;
    if (!root) {
      for (String each : roots) {
        Listing less = mesh.list(Kind.TELEMETRY, each);
        known &= less.complete();
        listings.add(less);
      }
    }
    boolean named =
        listings.stream()
            .flatMap(listing -> listing.items().stream())
            .anyMatch(UnknownTelemetryProvider::namesProvider);
    if (known && !named) {
      report.say(subject.at("spec", "tracing"), "none").holds(holds).advice("name-one");
    }
  }

  private static boolean namesProvider(Resource telemetry) {
    return telemetry.at("spec", "tracing").each().stream()
        .anyMatch(entry -> entry.at("providers").isNonEmpty());
  }

  private static void checkDefaults(Resource map, Mesh mesh, Report report) {
    // Another ConfigMap may be joined with this one.
    if (!new IstiodSettings(mesh).environment(Discovery.SHARED).isEmpty()) {
      return;
    }
    List<MeshConfig> own = MeshConfig.of(map);
    Providers providers = Providers.of(own);
    for (MeshConfig config : own) {
      for (int section = 0; section < SECTIONS.size(); section++) {
        for (Cursor name : config.config().at("defaultProviders", SECTIONS.get(section)).each()) {
          String text = name.text("");
          boolean mayBeBuiltIn =
              mesh.facts().platform() == MeshFacts.Platform.TKE
                  && providers.similarTo(text).isEmpty();
          if (!text.isEmpty() && !providers.has(text) && !mayBeBuiltIn) {
            report
                .say(map.at("data", "mesh"), "default", text, section)
                .names(text)
                .advice("advice");
          }
        }
      }
    }
  }
}
