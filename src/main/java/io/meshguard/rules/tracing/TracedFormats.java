package io.meshguard.rules.tracing;

import io.meshguard.istio.MeshConfig;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The headers in which proxies themselves trace. A tracer writes its headers when the request goes
 * out, after routes and filters have worked on it, so what was removed or overwritten of them is
 * there again.
 */
final class TracedFormats {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.concat(MeshConfig.READS.stream(), Stream.of(Kind.TELEMETRY))
          .collect(Collectors.toUnmodifiableSet());

  /** Up to then proxies trace in Zipkin's format where nothing else is said. */
  private static final VersionRange ZIPKIN_BY_DEFAULT = VersionRange.before("1.22");

  private static final MemoizedQuery<TracedFormats> OF_MESH =
      new MemoizedQuery<>(READS, TracedFormats::new);

  /** No proxy traces. */
  static final TracedFormats NONE = new TracedFormats();

  private final Set<Format> written = new HashSet<>();
  private final boolean known;

  /** Headers that one tracer writes. */
  private enum Format {
    B3,
    W3C,
    DATADOG,
    SKYWALKING,
    /** Those of tracers that Istio has dropped. */
    OTHER
  }

  private TracedFormats() {
    this.known = true;
  }

  /** Returns how a mesh traces. */
  static TracedFormats of(Mesh mesh) {
    return mesh.derive(OF_MESH);
  }

  private TracedFormats(Mesh mesh) {
    List<MeshConfig> configs = MeshConfig.all(mesh);
    boolean all = !configs.isEmpty() && mesh.list(Kind.TELEMETRY).complete();
    Set<String> names = new HashSet<>();
    for (Resource telemetry : mesh.list(Kind.TELEMETRY).items()) {
      for (Cursor tracing : telemetry.at("spec", "tracing").each()) {
        for (Cursor provider : tracing.at("providers").each()) {
          provider.at("name").text().ifPresent(names::add);
        }
      }
    }
    for (MeshConfig config : configs) {
      all &= config.config().isObject();
      for (Cursor name : config.config().at("defaultProviders", "tracing").each()) {
        name.text().ifPresent(names::add);
      }
      addTracer(config.config().at("defaultConfig", "tracing"));
      boolean off = config.config().at("enableTracing").bool().filter(on -> !on).isPresent();
      if (!off && mesh.facts().istio().in(ZIPKIN_BY_DEFAULT) != Applicability.NOWHERE) {
        written.add(Format.B3);
      }
    }
    for (String name : names) {
      all &= addProvider(name, configs);
    }
    this.known = all;
  }

  /** Returns whether a proxy writes a header again that was removed or overwritten. */
  Ternary of(String header) {
    Optional<Format> format = format(header.strip().toLowerCase(Locale.ROOT));
    if (format.isEmpty()) {
      return Ternary.FALSE;
    }
    if (written.contains(format.get())) {
      return Ternary.TRUE;
    }
    return known ? Ternary.FALSE : Ternary.UNKNOWN;
  }

  private static Optional<Format> format(String header) {
    if (header.equals("b3") || header.startsWith("x-b3-")) {
      return Optional.of(Format.B3);
    }
    if (header.equals("traceparent")) {
      return Optional.of(Format.W3C);
    }
    if (header.startsWith("x-datadog-")) {
      return Optional.of(Format.DATADOG);
    }
    if (header.equals("sw8")) {
      return Optional.of(Format.SKYWALKING);
    }
    return header.equals("x-request-id") ? Optional.empty() : Optional.of(Format.OTHER);
  }

  private boolean addProvider(String name, List<MeshConfig> configs) {
    boolean found = false;
    for (MeshConfig config : configs) {
      for (Cursor provider : config.config().at("extensionProviders").each()) {
        if (provider.at("name").is(name)) {
          found |= addTracer(provider);
        }
      }
    }
    return found;
  }

  /** Adds what a provider writes, or the tracer of a proxy's configuration. */
  private boolean addTracer(Cursor tracer) {
    boolean found = false;
    if (tracer.at("zipkin").isObject()) {
      written.add(Format.B3);
      found = true;
      if (tracer.at("zipkin", "traceContextOption").isPresent()) {
        written.add(Format.W3C);
      }
    }
    if (tracer.at("opentelemetry").isObject()) {
      written.add(Format.W3C);
      found = true;
    }
    if (tracer.at("datadog").isObject()) {
      written.add(Format.DATADOG);
      found = true;
    }
    if (tracer.at("skywalking").isObject()) {
      written.add(Format.SKYWALKING);
      found = true;
    }
    for (String dropped : List.of("lightstep", "stackdriver", "opencensus", "openCensusAgent")) {
      if (tracer.at(dropped).isObject()) {
        written.addAll(Set.of(Format.OTHER, Format.W3C, Format.B3));
        found = true;
      }
    }
    return found;
  }
}
