package io.meshguard.rules.headers;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The case of header names is kept on one side only: requests keep theirs by a formatter on the
 * listener, responses by one on the cluster (envoy
 * api/envoy/extensions/http/header_formatters/preserve_case/v3). Or Istio's own setting for it
 * switches HTTP/1.0 off again, as it did from 1.25 until 1.28 (istio release note 57528).
 */
public final class HalfPreservedHeaderCase implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("half-preserved-header-case")
          .subjects(Kind.ENVOY_FILTER, Kind.POD)
          .subjects(PodTemplate.WORKLOADS)
          .reads(Kind.ENVOY_FILTER)
          .reads(MeshConfig.READS)
          .reads(IstiodSettings.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.HEADER_CASE, FaqEntry.UPGRADE_REQUIRED)
          .symptoms(Symptom.LOW_VERSION)
          .build();

  private static final VersionRange CONFLICT = VersionRange.between("1.25", "1.28");
  private static final String HTTP10 = "ISTIO_META_HTTP10";
  private static final String FORMATTER = "stateful_formatter";

  private static final Set<String> CONTEXTS =
      Set.of("GATEWAY", "SIDECAR_INBOUND", "SIDECAR_OUTBOUND");

  /** EnvoyFilters that set the formatter, by namespace, side and context. */
  private static final Index FORMATTERS =
      new Index("envoy-filters-with-formatter", Kind.ENVOY_FILTER, HalfPreservedHeaderCase::keys);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.ENVOY_FILTER)) {
      checkFormatters(subject, mesh, report);
    } else if (subject.controller().isEmpty()) {
      PodTemplate.of(subject).ifPresent(template -> checkConflict(template, mesh, report));
    }
  }

  private static void checkFormatters(Resource subject, Mesh mesh, Report report) {
    boolean preserved =
        MeshConfig.all(mesh).stream()
            .anyMatch(config -> preserves(config.config().at("defaultConfig")));
    if (preserved) {
      return;
    }
    List<EnvoyPatch> listener = formatters(subject, false, report::cutShort);
    List<EnvoyPatch> cluster = formatters(subject, true, report::cutShort);
    checkSide(listener, cluster, "listener", subject, mesh, report);
    checkSide(cluster, listener, "cluster", subject, mesh, report);
  }

  /** Reports a side that has no other one in any of its contexts. */
  private static void checkSide(
      List<EnvoyPatch> side,
      List<EnvoyPatch> otherSide,
      String key,
      Resource subject,
      Mesh mesh,
      Report report) {
    Set<String> covered = new HashSet<>();
    otherSide.forEach(patch -> covered.addAll(contexts(patch)));
    boolean onCluster = key.equals("listener");
    side.stream()
        .filter(patch -> contexts(patch).stream().noneMatch(covered::contains))
        .filter(patch -> !isElsewhere(patch, subject, onCluster, mesh))
        .findFirst()
        .ifPresent(patch -> report.say(patch.at(), key).advice("advice"));
  }

  private static boolean isElsewhere(
      EnvoyPatch patch, Resource subject, boolean onCluster, Mesh mesh) {
    Set<String> namespaces = new HashSet<>(mesh.facts().rootNamespaces());
    namespaces.add(subject.namespace());
    return contexts(patch).stream()
        .anyMatch(
            context ->
                namespaces.stream()
                    .anyMatch(
                        namespace ->
                            !mesh.list(FORMATTERS, key(namespace, onCluster, context))
                                .items()
                                .isEmpty()));
  }

  /** Returns the contexts that a patch is for; all where it names none. */
  private static Set<String> contexts(EnvoyPatch patch) {
    String context = patch.at().at("match", "context").text("ANY");
    return CONTEXTS.contains(context) ? Set.of(context) : CONTEXTS;
  }

  private static Set<String> keys(Resource envoyFilter) {
    Set<String> keys = new HashSet<>();
    for (boolean onCluster : List.of(true, false)) {
      for (EnvoyPatch patch : formatters(envoyFilter, onCluster, () -> {})) {
        contexts(patch)
            .forEach(context -> keys.add(key(envoyFilter.namespace(), onCluster, context)));
      }
    }
    return keys;
  }

  private static String key(String namespace, boolean onCluster, String context) {
    return namespace + (onCluster ? "/cluster/" : "/listener/") + context;
  }

  /** Returns the patches that set the formatter. */
  private static List<EnvoyPatch> formatters(
      Resource envoyFilter, boolean onCluster, Runnable leftOut) {
    return EnvoyPatch.of(envoyFilter).stream()
        .filter(patch -> patch.applyTo().equals("CLUSTER") == onCluster)
        .filter(patch -> !patch.operation().is("REMOVE"))
        .filter(patch -> setsFormatter(patch, leftOut))
        .toList();
  }

  private static boolean setsFormatter(EnvoyPatch patch, Runnable leftOut) {
    return EnvoyPatch.messagesWith(patch.value(), FORMATTER, leftOut).stream()
        .map(message -> EnvoyPatch.field(message, FORMATTER))
        .anyMatch(formatter -> formatter.node().toString().contains("preserve_case"));
  }

  private static void checkConflict(PodTemplate template, Mesh mesh, Report report) {
    Applicability holds = mesh.facts().istio().in(CONFLICT);
    if (!holds.isMet()) {
      return;
    }
    Cursor annotation = template.annotation(ProxyConfigText.ANNOTATION);
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
      return;
    }
    Cursor own = text.config();
    Optional<Cursor> variable = http10Variable(template);
    boolean ownCase = preserves(own);
    boolean ownHttp10 = speaksHttp10(own);
    boolean keepsCase = ownCase || (!refuses(own) && meshSays(mesh, true));
    boolean http10 =
        ownHttp10
            || variable.isPresent()
            || meshSays(mesh, false)
            || new IstiodSettings(mesh).isOn("PILOT_HTTP10");
    if (!keepsCase || !http10) {
      return;
    }
    if (ownCase || ownHttp10) {
      report.say(annotation, "http10").holds(holds).advice("advice-http10");
    } else if (variable.isPresent()) {
      report.say(variable.get(), "http10").holds(holds).advice("advice-http10");
    }
  }

  private static boolean meshSays(Mesh mesh, boolean headerCase) {
    return MeshConfig.all(mesh).stream()
        .map(config -> config.config().at("defaultConfig"))
        .anyMatch(config -> headerCase ? preserves(config) : speaksHttp10(config));
  }

  private static boolean preserves(Cursor proxyConfig) {
    return headerCase(proxyConfig).isTrue();
  }

  private static boolean refuses(Cursor proxyConfig) {
    return headerCase(proxyConfig).bool().filter(b -> !b).isPresent();
  }

  private static Cursor headerCase(Cursor proxyConfig) {
    return ProxyConfigText.field(
        ProxyConfigText.field(proxyConfig, "proxyHeaders"), "preserveHttp1HeaderCase");
  }

  private static boolean speaksHttp10(Cursor proxyConfig) {
    return ProxyConfigText.field(proxyConfig, "proxyMetadata").at(HTTP10).is("1");
  }

  private static Optional<Cursor> http10Variable(PodTemplate template) {
    return template.allContainers().stream()
        .filter(container -> container.at("name").is("istio-proxy"))
        .flatMap(container -> container.at("env").each().stream())
        .filter(variable -> variable.at("name").is(HTTP10) && variable.at("value").is("1"))
        .findFirst();
  }
}
