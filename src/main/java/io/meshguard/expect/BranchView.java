package io.meshguard.expect;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.expect.Expectation.HeaderChange;
import io.meshguard.resource.Cursor;
import io.meshguard.route.ClusterName;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.Place;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an answer says of the route that takes the request. */
final class BranchView {

  private static final String MATCH = "/match/";
  private static final String MIRROR = "mirror";

  private final Branch branch;

  BranchView(Branch branch) {
    this.branch = branch;
  }

  /** Returns the cluster that an outcome is about. */
  static Optional<ClusterName> cluster(Outcome outcome) {
    if (outcome instanceof Outcome.Forwarded forwarded) {
      return Optional.of(forwarded.cluster());
    }
    if (outcome instanceof Outcome.NoCluster missing) {
      return Optional.of(missing.cluster());
    }
    return outcome instanceof Outcome.NoEndpoint empty
        ? Optional.of(empty.cluster())
        : Optional.empty();
  }

  /** Returns the step of a kind. */
  Optional<Step> step(Step.Kind kind) {
    return branch.steps().stream().filter(step -> step.kind() == kind).findFirst();
  }

  /** Returns a word of the step that tells of limits. */
  Optional<String> limit(int word) {
    return step(Step.Kind.LIMITS).map(step -> step.words().get(word));
  }

  /** Returns a field of the route, or that of the root's which its delegate takes over. */
  Optional<Place> field(String name) {
    return entries().stream()
        .filter(entry -> at(entry).at(name).isPresent())
        .map(entry -> Place.of(entry.object(), at(entry).at(name)))
        .findFirst();
  }

  /** Returns the entries of the route, its own first and then that of the root. */
  private List<Place> entries() {
    List<Place> places = step(Step.Kind.ROUTE).map(Step::places).orElse(List.of());
    return places.stream().map(place -> new Place(place.object(), entry(place.pointer()))).toList();
  }

  private static JsonPointer entry(JsonPointer pointer) {
    String text = pointer.toString();
    int match = text.indexOf(MATCH);
    return match < 0 ? pointer : JsonPointer.compile(text.substring(0, match));
  }

  private static Cursor at(Place place) {
    return place.object().at(place.pointer());
  }

  /** Returns what the route and its destinations do with headers. */
  List<HeaderChange> headers() {
    List<HeaderChange> changes = new ArrayList<>();
    field("headers").ifPresent(place -> add(at(place), changes));
    field("route")
        .ifPresent(place -> at(place).each().forEach(one -> add(one.at("headers"), changes)));
    return changes;
  }

  private static void add(Cursor headers, List<HeaderChange> changes) {
    for (String side : Keys.SIDES) {
      for (String operation : List.of(Keys.SET, Keys.ADD)) {
        headers
            .at(side, operation)
            .fields()
            .forEach(
                field ->
                    changes.add(
                        new HeaderChange(side, operation, field.name(), field.value().text(""))));
      }
      for (Cursor name : headers.at(side, Keys.REMOVE).each()) {
        changes.add(new HeaderChange(side, Keys.REMOVE, name.text(""), ""));
      }
    }
  }

  /** Returns the hosts that get a copy, with the namespace from which they are named. */
  List<String> mirrors() {
    List<String> hosts = new ArrayList<>();
    field(MIRROR).ifPresent(place -> hosts.add(host(place, at(place))));
    field("mirrors")
        .ifPresent(
            place ->
                at(place).each().forEach(one -> hosts.add(host(place, one.at("destination")))));
    return hosts;
  }

  private static String host(Place place, Cursor destination) {
    return Hosts.canonical(destination.at("host").text(""), place.object().namespace());
  }
}
