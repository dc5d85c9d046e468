package io.meshguard.change;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.route.Action;
import io.meshguard.route.Action.Fault;
import io.meshguard.route.Action.Limits;
import io.meshguard.route.Action.Rewrite;
import io.meshguard.route.ClusterName;
import io.meshguard.route.ClusterState;
import io.meshguard.route.HttpRoute;
import io.meshguard.route.MeshService;
import io.meshguard.route.RuleInForce;
import io.meshguard.route.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says what becomes of the requests of routes at one proxy. */
final class Verdicts {

  private static final List<String> COMPONENTS =
      List.of("loadBalancer", "connectionPool", "outlierDetection", "tls");

  private final Function<ClusterName, ClusterState> clusters;
  private final boolean before;
  private final Map<ClusterName, Stood> known = new HashMap<>();

  /**
   * Makes a reader.
   *
   * @param clusters the clusters of the proxy
   * @param before whether it is the proxy as it was
   */
  Verdicts(Function<ClusterName, ClusterState> clusters, boolean before) {
    this.clusters = clusters;
    this.before = before;
  }

  /** What stands behind a cluster, and under which policy. */
  private record Stood(Share share, Map<String, String> policy, List<Place> places) {}

  /** Returns what a route does with requests. */
  Verdict of(HttpRoute route) {
    List<Place> places = new ArrayList<>();
    route.object().ifPresent(object -> places.add(place(object, at(route))));
    Action action = route.action();
    if (action instanceof Action.Forward forward) {
      return forward(forward, route, places);
    }
    if (action instanceof Action.Redirect redirect) {
      String prefix = redirect.prefix().isEmpty() ? "" : route.pathPrefix().orElse("");
      Outcome outcome =
          new Outcome(
              Outcome.Kind.REDIRECT,
              List.of(),
              Rewrite.NONE,
              Optional.of(redirect),
              redirect.status(),
              prefix);
      return new Verdict(outcome, Map.of(), places);
    }
    if (action instanceof Action.Respond respond) {
      boolean own = route.virtualService().isEmpty();
      Outcome.Kind kind = own ? Outcome.Kind.BLOCKED : Outcome.Kind.ANSWER;
      return new Verdict(Outcome.of(kind, respond.status()), Map.of(), places);
    }
    Outcome.Kind kind =
        action instanceof Action.PassThrough ? Outcome.Kind.PASS : Outcome.Kind.REFUSED;
    return new Verdict(Outcome.of(kind, 0), Map.of(), places);
  }

  private static Cursor at(HttpRoute route) {
    return route.at().isMissing() ? route.entry() : route.at();
  }

  private Place place(Resource object, Cursor at) {
    return new Place(object, at.isMissing() ? JsonPointer.empty() : at.pointer(), before);
  }

  private Verdict forward(Action.Forward forward, HttpRoute route, List<Place> places) {
    Map<String, String> limits = new TreeMap<>();
    limits(forward.limits(), limits);
    Fault fault = forward.limits().fault();
    if (fault.abortStatus() > 0 && fault.abortPercent() >= 100) {
      return new Verdict(Outcome.of(Outcome.Kind.FAULT, fault.abortStatus()), Map.of(), places);
    }
    List<Share> shares = shares(forward.targets(), limits, places);
    String prefix = forward.rewrite().prefix().isEmpty() ? "" : route.pathPrefix().orElse("");
    Outcome outcome =
        new Outcome(Outcome.Kind.FORWARD, shares, forward.rewrite(), Optional.empty(), 0, prefix);
    return new Verdict(outcome, limits, places);
  }

  /** Returns what becomes of connections that are forwarded as bytes. */
  Verdict bytes(List<Target> targets, List<Place> places) {
    Map<String, String> limits = new TreeMap<>();
    List<Place> all = new ArrayList<>(places);
    List<Share> shares = shares(targets, limits, all);
    Outcome outcome =
        new Outcome(Outcome.Kind.FORWARD, shares, Rewrite.NONE, Optional.empty(), 0, "");
    return new Verdict(outcome, limits, all);
  }

  /** Where nothing is left out, in whatever order the destinations are written. */
  private List<Share> shares(List<Target> targets, Map<String, String> limits, List<Place> places) {
    Map<ClusterName, Long> weights = new HashMap<>();
    targets.forEach(target -> weights.merge(target.cluster(), target.weight(), Long::sum));
    List<Share> shares = new ArrayList<>();
    List<ClusterName> names =
        weights.keySet().stream().sorted(Comparator.comparing(ClusterName::toString)).toList();
    for (ClusterName name : names) {
      Stood stood = known.computeIfAbsent(name, this::stood);
      shares.add(stood.share);
      stood.policy.forEach((setting, value) -> limits.put(setting, value));
      places.addAll(stood.places);
    }
    if (names.size() > 1) {
      limits.put("weights", weights(names, weights));
    }
    return shares;
  }

  /** Shares that are alike are written alike. */
  private static String weights(List<ClusterName> names, Map<ClusterName, Long> weights) {
    long common = weights.values().stream().reduce(0L, Verdicts::divisor);
    return names.stream()
        .map(name -> weights.getOrDefault(name, 0L) / Math.max(1, common) + " " + shown(name))
        .collect(Collectors.joining(", "));
  }

  private static long divisor(long one, long other) {
    return other == 0 ? one : divisor(other, one % other);
  }

  private static String shown(ClusterName name) {
    return name.host() + (name.subset().isEmpty() ? "" : " " + name.subset());
  }

  private Stood stood(ClusterName name) {
    ClusterState state = clusters.apply(name);
    List<Place> places = new ArrayList<>();
    if (state instanceof ClusterState.Missing missing) {
      missing.objects().forEach(object -> places.add(whole(object)));
      return new Stood(
          new Share(name, Share.State.MISSING, Map.of("cause", missing.cause().name())),
          Map.of(),
          places);
    }
    ClusterState.Present present = (ClusterState.Present) state;
    Map<String, String> behind = new TreeMap<>();
    Map<String, String> policy = new TreeMap<>();
    present.service().ifPresent(service -> behind(service, name, behind, places));
    present.rule().ifPresent(rule -> rule(rule, name, behind, policy, places));
    Share.State reached =
        present.endpoints() == ClusterState.Endpoints.NONE ? Share.State.EMPTY : Share.State.USABLE;
    return new Stood(new Share(name, reached, behind), policy, places);
  }

  private void behind(
      MeshService service, ClusterName name, Map<String, String> behind, List<Place> places) {
    Resource object = service.object();
    places.add(whole(object));
    put(behind, "selector", object.at("spec", "selector"));
    for (String field : List.of("resolution", "endpoints", "workloadSelector", "location")) {
      if (!service.isKubernetes()) {
        put(behind, field, object.at("spec", field));
      }
    }
    service
        .port(name.port())
        .ifPresent(
            port -> {
              // What a Service does not say is filled in by the API server.
              behind.put("targetPort", Integer.toString(port.number()));
              put(behind, "targetPort", port.at().at("targetPort"));
              behind.put("protocol", port.protocol().name());
            });
  }

  private void rule(
      RuleInForce rule,
      ClusterName name,
      Map<String, String> behind,
      Map<String, String> policy,
      List<Place> places) {
    Optional<Resource> definer = rule.definer(name.subset());
    Cursor subset = rule.subsets().get(name.subset());
    if (subset != null && definer.isPresent()) {
      put(behind, "labels", subset.at("labels"));
      places.add(place(definer.get(), subset));
    }
    rule.objects().forEach(object -> places.add(whole(object)));
    Optional<Resource> owner = rule.policyOwner();
    for (Resource object : rule.objects()) {
      boolean top = owner.filter(one -> one.ref().equals(object.ref())).isPresent();
      if (top || definer.filter(one -> one.ref().equals(object.ref())).isPresent()) {
        policy(object, name, top, policy);
      }
    }
  }

  private static void policy(
      Resource object, ClusterName name, boolean top, Map<String, String> policy) {
    TrafficPolicies policies = TrafficPolicies.of(object);
    Optional<TrafficPolicies.Level> level =
        policies.subsets().stream()
            .filter(one -> subsetOf(object, one).equals(name.subset()))
            .findFirst()
            .or(() -> top ? Optional.of(policies.top()) : Optional.empty());
    for (String component : COMPONENTS) {
      level
          .map(one -> policies.effective(one, component, name.port()))
          .filter(Cursor::isPresent)
          .ifPresent(at -> flatten(component + " of " + shown(name), at, policy));
    }
  }

  /** Each setting stands for itself, so that a change names what changed and no more. */
  private static void flatten(String name, Cursor at, Map<String, String> into) {
    if (!at.isObject()) {
      into.put(name, at.text().orElseGet(() -> at.node().toString()));
      return;
    }
    for (Cursor.Field field : at.fields()) {
      flatten(field.name() + " in " + name, field.value(), into);
    }
  }

  private static String subsetOf(Resource object, TrafficPolicies.Level level) {
    for (Cursor subset : object.at("spec", "subsets").each()) {
      if (subset.at("trafficPolicy").pointer().equals(level.at().pointer())) {
        return subset.at("name").text("");
      }
    }
    return "";
  }

  private static void put(Map<String, String> settings, String name, Cursor at) {
    if (at.isPresent()) {
      settings.put(name, at.text().orElseGet(() -> at.node().toString()));
    }
  }

  private Place whole(Resource object) {
    return new Place(object, JsonPointer.empty(), before);
  }

  private static void limits(Limits limits, Map<String, String> into) {
    limits.timeout().ifPresent(timeout -> into.put("timeout", timeout));
    into.put("retries", Long.toString(limits.retries().attempts()));
    if (!limits.retries().perTry().isEmpty()) {
      into.put("perTryTimeout", limits.retries().perTry());
    }
    if (!limits.retries().on().isEmpty()) {
      into.put("retryOn", limits.retries().on());
    }
    limits.headers().forEach((place, operations) -> into.put(place, operations));
    if (!limits.mirrors().isEmpty()) {
      into.put("mirrors", String.join(", ", limits.mirrors()));
    }
    Fault fault = limits.fault();
    if (fault.abortStatus() > 0 && fault.abortPercent() > 0) {
      into.put("fault.abort", fault.abortStatus() + " " + fault.abortPercent() + " %");
    }
    if (!fault.delay().isEmpty() && fault.delayPercent() > 0) {
      into.put("fault.delay", fault.delay() + " " + fault.delayPercent() + " %");
    }
  }
}
