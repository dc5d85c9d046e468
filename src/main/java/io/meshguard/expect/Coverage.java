package io.meshguard.expect;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.deadline.Deadline;
import io.meshguard.expect.RequestFinder.Found;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.ClusterName;
import io.meshguard.route.Domains;
import io.meshguard.trace.Place;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.TraceResult.Branch;
import io.meshguard.trace.TraceResult.Share;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which routes, matches, servers of gateways and subsets requests come to.
 *
 * @param items all that could be reached, in the order of the objects
 */
public record Coverage(List<Item> items) {

  private static final List<String> LISTS = List.of("http", "tls", "tcp");

  /** Copies the list. */
  public Coverage {
    items = List.copyOf(items);
  }

  /** What can be reached. */
  public enum Type {
    /** An entry of {@code http}, {@code tls} or {@code tcp}. */
    ROUTE,
    /** One of several matches of an entry. */
    MATCH,
    /** A server of a Gateway. */
    SERVER,
    /** A subset of a DestinationRule. */
    SUBSET
  }

  /**
   * Something that can be reached.
   *
   * @param object the object in which it stands
   * @param pointer its place there
   * @param reached whether a test comes there
   * @param request a request that would, where one is found
   */
  public record Item(
      Type type, Resource object, JsonPointer pointer, boolean reached, Optional<Found> request) {}

  /** Returns how many are reached. */
  public long reached() {
    return items.stream().filter(Item::reached).count();
  }

  /** Returns those that no test comes to. */
  public List<Item> missed() {
    return items.stream().filter(item -> !item.reached()).toList();
  }

  /**
   * Finds out what tests come to.
   *
   * @param objects the objects whose parts count
   * @param results what becomes of the requests of the tests
   * @param others requests for what no test comes to
   */
  public static Coverage of(
      List<Resource> objects, Collection<TraceResult> results, List<Found> others) {
    Map<String, List<String>> subsets = subsets(objects);
    Reached reached = new Reached(subsets);
    results.forEach(reached::add);
    Map<String, Found> requests = new HashMap<>();
    for (Found other : others) {
      Deadline.check();
      Reached one = new Reached(subsets);
      one.add(other.result());
      one.keys.forEach(key -> requests.putIfAbsent(key, other));
    }
    List<Item> items = new ArrayList<>();
    for (Resource object : objects) {
      for (Map.Entry<Type, Cursor> part : parts(object)) {
        String key = key(object, part.getValue().pointer());
        items.add(
            new Item(
                part.getKey(),
                object,
                part.getValue().pointer(),
                reached.keys.contains(key),
                Optional.ofNullable(requests.get(key))));
      }
    }
    return new Coverage(items);
  }

  private static List<Map.Entry<Type, Cursor>> parts(Resource object) {
    List<Map.Entry<Type, Cursor>> parts = new ArrayList<>();
    if (object.kind().equals(Kind.VIRTUAL_SERVICE)) {
      for (String list : LISTS) {
        for (Cursor entry : object.at("spec", list).each()) {
          parts.add(Map.entry(Type.ROUTE, entry));
          List<Cursor> matches = entry.at("match").each();
          if (matches.size() > 1) {
            matches.forEach(match -> parts.add(Map.entry(Type.MATCH, match)));
          }
        }
      }
    } else if (object.kind().equals(Kind.GATEWAY)) {
      object
          .at("spec", "servers")
          .each()
          .forEach(server -> parts.add(Map.entry(Type.SERVER, server)));
    } else if (object.kind().equals(Kind.DESTINATION_RULE)) {
      object
          .at("spec", "subsets")
          .each()
          .forEach(subset -> parts.add(Map.entry(Type.SUBSET, subset)));
    }
    return parts;
  }

  private static String key(Resource object, JsonPointer pointer) {
    return object.ref() + " " + pointer;
  }

  /** What requests came to. */
  private static final class Reached {
    private final Set<String> keys = new HashSet<>();
    private final Map<String, List<String>> subsets;

    Reached(Map<String, List<String>> subsets) {
      this.subsets = subsets;
    }

    void add(TraceResult result) {
      for (Branch branch : result.branches()) {
        for (Step step : branch.steps()) {
          if (step.kind() == Step.Kind.ROUTE || step.kind() == Step.Kind.CHAIN) {
            step.places().forEach(this::route);
          } else if (step.kind() == Step.Kind.GATEWAY_LISTENER
              || step.kind() == Step.Kind.GATEWAY_SERVER) {
            step.places().forEach(place -> server(place, result));
          }
        }
        for (Share share : branch.shares()) {
          if (share.percent() > 0) {
            BranchView.cluster(share.outcome()).ifPresent(this::subset);
          }
        }
      }
    }

    /** A match stands for its entry, too. */
    private void route(Place place) {
      keys.add(key(place.object(), place.pointer()));
      String text = place.pointer().toString();
      int match = text.indexOf("/match/");
      if (match > 0) {
        keys.add(key(place.object(), JsonPointer.compile(text.substring(0, match))));
      }
    }

    /** Plain servers share a listener: that one is meant whose hosts take the request. */
    private void server(Place place, TraceResult result) {
      Cursor hosts = place.object().at(place.pointer()).at("hosts");
      String authority = result.call().authority();
      String host =
          authority.isEmpty() ? result.call().serverName().orElse("") : Domains.host(authority);
      boolean takes =
          host.isEmpty()
              || hosts.each().stream()
                  .map(one -> one.text(""))
                  .map(one -> one.substring(one.indexOf('/') + 1))
                  .anyMatch(domain -> Domains.takes(domain, host));
      if (takes) {
        keys.add(key(place.object(), place.pointer()));
      }
    }

    private void subset(ClusterName cluster) {
      keys.addAll(subsets.getOrDefault(subsetKey(cluster.host(), cluster.subset(), ""), List.of()));
    }
  }

  /** Returns the places that define a subset, by its host and name. */
  private static Map<String, List<String>> subsets(List<Resource> objects) {
    Map<String, List<String>> places = new HashMap<>();
    for (Resource object : objects) {
      if (object.kind().equals(Kind.DESTINATION_RULE)) {
        String host = object.at("spec", "host").text("");
        for (Cursor subset : object.at("spec", "subsets").each()) {
          String name = subsetKey(host, subset.at("name").text(""), object.namespace());
          places.computeIfAbsent(name, n -> new ArrayList<>()).add(key(object, subset.pointer()));
        }
      }
    }
    return places;
  }

  private static String subsetKey(String host, String name, String namespace) {
    return Hosts.canonical(host, namespace) + " " + name;
  }
}
