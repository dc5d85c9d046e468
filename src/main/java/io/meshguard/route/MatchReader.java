package io.meshguard.route;

import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.match.ValueMatch.OneOf;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.traffic.GatewayNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the conditions of HTTPMatchRequest, L4MatchAttributes and TLSMatchAttributes (istio
 * pilot/pkg/networking/core/route/route.go {@code TranslateRouteMatch} and tls.go @1.30.3). What it
 * does not understand becomes an opaque condition, which covers nothing but its like.
 */
public final class MatchReader {

  private static final Set<String> WITHOUT_MEANING = Set.of("name", "statPrefix", "ignoreUriCase");
  private static final Set<String> DECIDED_BY_ISTIOD =
      Set.of("gateways", "port", "sourceLabels", "sourceNamespace");
  private static final List<String> ALTERNATIVES = List.of("exact", "prefix", "regex");
  private static final String CLAIMS = "@request.auth.";

  /**
   * Before, a condition on a value refused a request without the header, negated or not (Istio
   * 1.22.0, pilot/pkg/networking/core/route/route.go sets treat_missing_header_as_empty).
   */
  private static final VersionRange MISSING_IS_REFUSED = VersionRange.before("1.22");

  /** Before, an empty exact text asked for any value (Envoy's exact_match). */
  private static final VersionRange EMPTY_IS_PRESENCE = VersionRange.before("1.14");

  private final GatewayNames gateways;
  private final Applicability missingIsRefused;
  private final boolean emptyIsText;

  /** None for a delegate, which has no gateways; it takes what its root hands it. */
  private final Optional<OneOf> inherited;

  /**
   * Makes a reader.
   *
   * @param istio the versions that read the matches; what they do not agree on covers nothing but
   *     its like
   */
  public MatchReader(GatewayNames gateways, Versions istio) {
    this.gateways = gateways;
    this.missingIsRefused = istio.in(MISSING_IS_REFUSED);
    this.emptyIsText = istio.in(EMPTY_IS_PRESENCE) == Applicability.NOWHERE;
    this.inherited = Optional.of(gateways.ofAll()).filter(a -> !a.isEmpty()).map(OneOf::new);
  }

  /** Returns the conditions of entries of {@code http[].match} that must all be met. */
  public RequestMatch http(Cursor... matches) {
    RequestMatch.Builder builder = bound();
    for (Cursor match : matches) {
      conditions(match, builder, Set.of());
      builder.gateways(gateways.of(match.at("gateways")));
    }
    return builder.build();
  }

  /**
   * Returns the conditions of entries of {@code http[].match} that Envoy tests: without those on
   * gateways, ports and sources, which istiod decides for each proxy.
   */
  RequestMatch testedByEnvoy(Cursor... matches) {
    RequestMatch.Builder builder = RequestMatch.builder();
    for (Cursor match : matches) {
      conditions(match, builder, DECIDED_BY_ISTIOD);
    }
    return builder.build();
  }

  private void conditions(Cursor match, RequestMatch.Builder builder, Set<String> left) {
    boolean ignoreCase = match.at("ignoreUriCase").isTrue();
    for (Cursor.Field field : match.fields()) {
      Cursor value = field.value();
      if (WITHOUT_MEANING.contains(field.name())
          || left.contains(field.name())
          || !value.isPresent()) {
        continue;
      }
      switch (field.name()) {
        case "uri" -> path(builder, field, ignoreCase);
        case "method" -> pseudo(builder, ":method", field);
        case "scheme" -> pseudo(builder, ":scheme", field);
        case "authority" -> pseudo(builder, ":authority", field);
        case "headers" -> named(builder, field, this::header);
        case "withoutHeaders" -> named(builder, field, this::withoutHeader);
        case "queryParams" -> named(builder, field, RequestMatch.Builder::queryParam);
        default -> common(builder, field);
      }
    }
  }

  private static void path(RequestMatch.Builder builder, Cursor.Field field, boolean ignoreCase) {
    Optional<ValueMatch> uri = text(field.value());
    if (uri.isEmpty()) {
      if (field.value().isNonEmpty() || !field.value().isObject()) {
        opaque(builder, field);
      }
    } else if (ignoreCase) {
      builder.pathIgnoringCase(uri.get());
    } else {
      builder.path(uri.get());
    }
  }

  private RequestMatch.Builder bound() {
    RequestMatch.Builder builder = RequestMatch.builder();
    inherited.ifPresent(builder::inheritedGateways);
    return builder;
  }

  /**
   * Returns the conditions of an entry of {@code tcp[].match} or {@code tls[].match}; all of them
   * count together. Envoy takes the most specific server name whatever the order, so only an equal
   * list of names is the same condition.
   */
  public RequestMatch tcp(Cursor match) {
    RequestMatch.Builder builder = bound();
    match.fields().stream()
        .filter(field -> field.value().isPresent() && !isEmptyList(field.value()))
        .forEach(field -> common(builder, field));
    Set<String> own = gateways.of(match.at("gateways"));
    return own.isEmpty() ? builder.build() : builder.inheritedGateways(own).build();
  }

  private static void common(RequestMatch.Builder builder, Cursor.Field field) {
    Cursor value = field.value();
    switch (field.name()) {
      case "port" -> {
        long port = value.integer().orElse(-1);
        if (port >= 1 && port <= 65_535) {
          builder.port((int) port);
        } else if (port != 0) {
          opaque(builder, field);
        }
      }
      case "sourceLabels" -> {
        Map<String, String> labels = new LinkedHashMap<>();
        value.fields().forEach(f -> f.value().text().ifPresent(t -> labels.put(f.name(), t)));
        if (!value.isObject() || labels.size() < value.node().size()) {
          opaque(builder, field);
        }
        builder.sourceLabels(labels);
      }
      case "sourceNamespace" -> {
        String namespace = value.text("");
        if (!namespace.isEmpty()) {
          builder.sourceNamespace(namespace);
        } else if (!value.is("")) {
          opaque(builder, field);
        }
      }
      case "gateways" -> {
        // Read by the caller, because HTTP and TCP give them different effects.
      }
      default -> opaque(builder, field);
    }
  }

  private static void pseudo(RequestMatch.Builder builder, String header, Cursor.Field field) {
    Optional<ValueMatch> test = text(field.value());
    if (test.isPresent()) {
      builder.header(header, test.get());
    } else if (field.value().isNonEmpty() || !field.value().isObject()) {
      opaque(builder, field);
    }
  }

  /** Adds a condition on something that has a name. */
  private interface Named {
    RequestMatch.Builder add(RequestMatch.Builder builder, String name, ValueMatch test);
  }

  private RequestMatch.Builder header(RequestMatch.Builder builder, String name, ValueMatch test) {
    return emptyIsText || !test.equals(ValueMatch.exact(""))
        ? builder.header(name, test)
        : builder.header(name, ValueMatch.present()).opaque("headers." + name + " is empty");
  }

  private RequestMatch.Builder withoutHeader(
      RequestMatch.Builder builder, String name, ValueMatch test) {
    if (!emptyIsText && test.equals(ValueMatch.exact(""))) {
      return builder.opaque("withoutHeaders." + name + " is empty");
    }
    return switch (missingIsRefused) {
      case NOWHERE -> builder.withoutHeader(name, test);
      case EVERYWHERE -> builder.withOtherHeader(name, test);
      case SOMEWHERE, UNKNOWN -> {
        // each takes what its condition leaves, and some of them less
        builder.withoutHeader(name, test);
        yield test instanceof ValueMatch.Present || test.equals(ValueMatch.regex("*"))
            ? builder
            : builder.opaque("withoutHeaders." + name + "=" + test);
      }
    };
  }

  private static void named(RequestMatch.Builder builder, Cursor.Field map, Named named) {
    if (!map.value().isObject()) {
      opaque(builder, map);
      return;
    }
    for (Cursor.Field entry : map.value().fields()) {
      boolean anything = !entry.value().isPresent() || isEmptyObject(entry.value());
      Optional<ValueMatch> test =
          anything ? Optional.of(ValueMatch.present()) : text(entry.value());
      if (test.isEmpty() || entry.name().startsWith(CLAIMS)) {
        builder.opaque(map.name() + "." + entry.name() + "=" + entry.value().node());
        continue;
      }
      named.add(builder, entry.name(), test.get());
    }
  }

  /** Returns the test of a StringMatch with exactly one alternative; empty for any other. */
  private static Optional<ValueMatch> text(Cursor match) {
    String kind = "";
    Cursor test = match;
    for (String key : ALTERNATIVES) {
      Cursor alternative = match.at(key);
      if (alternative.isPresent()) {
        if (!kind.isEmpty()) {
          return Optional.empty();
        }
        kind = key;
        test = alternative;
      }
    }
    return switch (kind) {
      case "exact" -> test.text().map(ValueMatch::exact);
      case "prefix" -> test.text().map(ValueMatch::prefix);
      case "regex" -> test.text().map(ValueMatch::regex);
      default -> Optional.empty();
    };
  }

  private static void opaque(RequestMatch.Builder builder, Cursor.Field field) {
    builder.opaque(field.name() + "=" + canonical(field.value()));
  }

  /** The order of a list of subnets or server names does not matter. */
  private static String canonical(Cursor value) {
    if (!value.isArray()) {
      return value.node().toString();
    }
    Set<String> sorted = new TreeSet<>();
    value.each().forEach(element -> sorted.add(element.node().toString()));
    return sorted.toString();
  }

  private static boolean isEmptyObject(Cursor value) {
    return value.isObject() && !value.isNonEmpty();
  }

  private static boolean isEmptyList(Cursor value) {
    return value.isArray() && !value.isNonEmpty();
  }
}
