package io.meshguard.change;

import io.meshguard.change.Change.Limit;
import io.meshguard.change.Change.Protocol;
import io.meshguard.change.Change.Where;
import io.meshguard.match.Request;
import io.meshguard.resource.Kind;
import io.meshguard.route.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gathers changes, each once with all the places where it was found. */
final class Collected {

  private static final int MOST_CAUSES = 6;

  private final Set<String> changedObjects = new HashSet<>();
  private final List<Place> lastResort = new ArrayList<>();
  private final Map<String, Entry> byKey = new LinkedHashMap<>();

  Collected(ChangedObjects changed) {
    for (ChangedObjects.Pair pair : changed.all()) {
      changedObjects.add(key(pair.latest().kind(), pair.latest().ref().path()));
      Place whole =
          new Place(
              pair.latest(),
              com.fasterxml.jackson.core.JsonPointer.empty(),
              pair.after().isEmpty());
      lastResort.add(whole);
    }
  }

  /**
   * A change as one table shows it.
   *
   * @param was what became of the requests
   * @param is what becomes of them
   */
  record Found(
      Protocol protocol,
      Optional<Request> request,
      Map<String, Boolean> opaque,
      boolean certain,
      Verdict was,
      Verdict is,
      List<Limit> limits) {

    /** Returns the same with the smaller request and the places of both. */
    Found with(Found other) {
      boolean mine =
          certain == other.certain
              ? other.request.isEmpty()
                  || (request.isPresent()
                      && Request.BY_SIZE.compare(request.get(), other.request.get()) <= 0)
              : certain;
      Found smaller = mine ? this : other;
      return new Found(
          protocol,
          smaller.request,
          smaller.opaque,
          smaller.certain,
          joined(was, other.was),
          joined(is, other.is),
          limits);
    }

    private static Verdict joined(Verdict one, Verdict other) {
      List<Place> places = new ArrayList<>(one.places());
      places.addAll(other.places());
      return new Verdict(one.outcome(), one.limits(), places);
    }
  }

  /** A change with the hosts by proxy and port. */
  private static final class Entry {
    private final Found found;
    private final List<Place> causes;
    private final Map<List<Object>, Set<String>> where = new LinkedHashMap<>();
    private final Map<List<Object>, Integer> alike = new HashMap<>();

    Entry(Found found, List<Place> causes) {
      this.found = found;
      this.causes = causes;
    }
  }

  void add(Found found, Proxy proxy, List<String> titles, int port, String domain) {
    List<Place> causes = causes(found);
    Entry entry = byKey.computeIfAbsent(key(found, causes), key -> new Entry(found, causes));
    List<Object> at =
        List.of(proxy.type() == Proxy.Type.GATEWAY, proxy.namespace() + "/" + proxy.name(), port);
    entry.where.computeIfAbsent(at, k -> new TreeSet<>(Authorities.BY_READING)).add(domain);
    entry.alike.put(at, titles.size());
  }

  private static String key(Kind kind, String path) {
    return kind.group() + " " + kind.name() + " " + path;
  }

  private static String key(Found found, List<Place> causes) {
    String request =
        found
            .request
            .map(r -> r.method() + " " + r.path() + " " + r.headers() + " " + r.query())
            .orElse("");
    return Stream.of(
            found.protocol,
            request,
            found.opaque,
            found.certain,
            found.was.outcome(),
            found.is.outcome(),
            found.limits,
            causes.stream().map(Place::key).toList())
        .map(String::valueOf)
        .collect(Collectors.joining("\n"));
  }

  /** What was changed is the cause; where no route itself was, all that decides is. */
  private List<Place> causes(Found found) {
    Map<String, Place> all = new LinkedHashMap<>();
    for (Place place : found.is.places()) {
      all.putIfAbsent(place.key(), place);
    }
    for (Place place : found.was.places()) {
      all.putIfAbsent(place.key(), place);
    }
    List<Place> changed = all.values().stream().filter(this::isChanged).toList();
    List<Place> chosen = changed;
    if (changed.isEmpty()) {
      chosen = lastResort.size() <= MOST_CAUSES ? lastResort : List.copyOf(all.values());
    }
    List<Place> distinct = new ArrayList<>();
    for (Place place : chosen) {
      boolean again =
          place.before()
              && chosen.stream()
                  .anyMatch(
                      other ->
                          !other.before()
                              && other.pointer().equals(place.pointer())
                              && other.object().ref().equals(place.object().ref()));
      boolean narrower =
          place.pointer().toString().isEmpty()
              && chosen.stream()
                  .anyMatch(
                      other ->
                          !other.pointer().toString().isEmpty()
                              && other.object().ref().equals(place.object().ref()));
      if (!again && !narrower) {
        distinct.add(place);
      }
    }
    return distinct.size() <= MOST_CAUSES ? distinct : distinct.subList(0, MOST_CAUSES);
  }

  private boolean isChanged(Place place) {
    return changedObjects.contains(key(place.object().kind(), place.object().ref().path()));
  }

  /** Returns the changes: what breaks first, then what moves, then limits. */
  List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Entry entry : byKey.values()) {
      List<Where> where = new ArrayList<>();
      entry.where.forEach(
          (at, domains) ->
              where.add(
                  new Where(
                      (Boolean) at.get(0),
                      (String) at.get(1),
                      entry.alike.getOrDefault(at, 1),
                      (Integer) at.get(2),
                      List.copyOf(domains))));
      Found found = entry.found;
      changes.add(
          new Change(
              found.protocol,
              found.request,
              found.opaque,
              found.certain,
              found.was.outcome(),
              found.is.outcome(),
              found.limits,
              entry.causes,
              where));
    }
    changes.sort(
        Comparator.comparing((Change change) -> !change.breaks())
            .thenComparing(Change::isLimitsOnly)
            .thenComparing(change -> !change.certain()));
    return changes;
  }
}
