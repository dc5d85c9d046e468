package io.meshguard.match;

import io.meshguard.match.Dimension.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The conditions of one match, all of which a request must meet; without conditions it takes every
 * request. Conditions may name the same property twice.
 */
public record RequestMatch(List<Condition> conditions) {

  public RequestMatch {
    conditions = List.copyOf(conditions);
  }

  /** Returns a builder without conditions. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Collects conditions with the meaning that Istio gives them (istio
   * pilot/pkg/networking/core/route/route.go @1.30.3). Everywhere but on the path the pattern "*"
   * tests for presence.
   */
  public static final class Builder {
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Condition> sources = new ArrayList<>();
    private boolean ownGateways;

    private Builder() {}

    /** Tests the path, which begins with a slash and has neither query nor fragment. */
    public Builder path(ValueMatch test) {
      return add(Dimension.of(Kind.PATH), test);
    }

    /** Tests the path; ASCII letters of an exact or prefix text match in either case. */
    public Builder pathIgnoringCase(ValueMatch test) {
      return path(folded(test));
    }

    /** Tests the method, case-sensitively. */
    public Builder method(ValueMatch test) {
      return add(Dimension.of(Kind.METHOD), starIsPresence(test));
    }

    /** Tests the scheme, which is http or https. */
    public Builder scheme(ValueMatch test) {
      return add(Dimension.of(Kind.SCHEME), starIsPresence(test));
    }

    /** Tests the authority. */
    public Builder authority(ValueMatch test) {
      return add(Dimension.of(Kind.AUTHORITY), starIsPresence(test));
    }

    /** Tests a header; names are case-insensitive. */
    public Builder header(String name, ValueMatch test) {
      return add(header(name), starIsPresence(test));
    }

    /**
     * Refuses a header value. With a presence test the header must be absent; with any other test
     * an absent header counts as an empty one, as with Envoy's treat_missing_header_as_empty.
     */
    public Builder withoutHeader(String name, ValueMatch test) {
      ValueMatch refused = starIsPresence(test);
      if (!(refused instanceof ValueMatch.Present)) {
        refused = new ValueMatch.OrEmpty(refused);
      }
      conditions.add(new Condition(header(name), refused, true));
      return this;
    }

    /**
     * Refuses a header value, and an absent header as well unless absence is asked for: what {@link
     * #withoutHeader} meant before Istio 1.22.0.
     */
    public Builder withOtherHeader(String name, ValueMatch test) {
      ValueMatch refused = starIsPresence(test);
      conditions.add(new Condition(header(name), refused, true));
      return refused instanceof ValueMatch.Present ? this : header(name, ValueMatch.present());
    }

    /** Tests the first value of a query parameter. */
    public Builder queryParam(String name, ValueMatch test) {
      return add(new Dimension(Kind.QUERY, name), starIsPresence(test));
    }

    /** Tests the port of the listener or service, 1 to 65535. */
    public Builder port(int port) {
      return add(Dimension.of(Kind.PORT), ValueMatch.exact(Integer.toString(port)));
    }

    /** Asks for labels of the calling workload; dropped where the match has own gateways. */
    public Builder sourceLabels(Map<String, String> labels) {
      labels.forEach(
          (key, value) ->
              sources.add(
                  new Condition(
                      new Dimension(Kind.SOURCE_LABEL, key), ValueMatch.exact(value), false)));
      return this;
    }

    /** Asks for the caller's namespace; dropped where the match has own gateways. */
    public Builder sourceNamespace(String namespace) {
      Dimension dimension = Dimension.of(Kind.SOURCE_NAMESPACE);
      sources.add(new Condition(dimension, ValueMatch.exact(namespace), false));
      return this;
    }

    /**
     * The match's own gateways, "mesh" for sidecars. Not empty, they replace those of the
     * VirtualService and switch the source conditions of this match off, whichever was set first.
     */
    public Builder gateways(Collection<String> names) {
      if (names.isEmpty()) {
        return this;
      }
      ownGateways = true;
      return inheritedGateways(names);
    }

    /** The gateways of the whole VirtualService, for a match that has none of its own. */
    public Builder inheritedGateways(Collection<String> names) {
      return inheritedGateways(new ValueMatch.OneOf(new LinkedHashSet<>(names)));
    }

    /** The same, for the matches of a list that share one test. */
    public Builder inheritedGateways(ValueMatch.OneOf names) {
      return add(Dimension.of(Kind.GATEWAY), names);
    }

    /** A condition that a request cannot show; equal names are the same condition. */
    public Builder opaque(String name) {
      return add(new Dimension(Kind.OPAQUE, name), new ValueMatch.Opaque(name));
    }

    /** Returns the match. */
    public RequestMatch build() {
      List<Condition> all = new ArrayList<>(conditions);
      if (!ownGateways) {
        all.addAll(sources);
      }
      return new RequestMatch(all);
    }

    private Builder add(Dimension dimension, ValueMatch test) {
      conditions.add(new Condition(dimension, test, false));
      return this;
    }

    /** Envoy serves pseudo headers and "host" from the same place as the request line. */
    private static Dimension header(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      return switch (lower) {
        case ":method" -> Dimension.of(Kind.METHOD);
        case ":scheme" -> Dimension.of(Kind.SCHEME);
        case ":authority", "host" -> Dimension.of(Kind.AUTHORITY);
        default -> new Dimension(Kind.HEADER, lower);
      };
    }

    private static ValueMatch starIsPresence(ValueMatch test) {
      if (test instanceof ValueMatch.Regex regex && regex.pattern().equals("*")) {
        return ValueMatch.present();
      }
      return test;
    }

    private static ValueMatch folded(ValueMatch test) {
      if (test instanceof ValueMatch.Exact exact) {
        return new ValueMatch.Exact(exact.text(), true);
      }
      if (test instanceof ValueMatch.Prefix prefix) {
        return new ValueMatch.Prefix(prefix.text(), true);
      }
      return test;
    }
  }
}
