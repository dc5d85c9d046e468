package io.meshguard.cli;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.engine.Verdict;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.upgrade.Crossing;
import io.meshguard.upgrade.Defaults;
import io.meshguard.upgrade.Effect;
import io.meshguard.upgrade.Release;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an upgrade changes for objects that stay as they are.
 *
 * @param from what runs now
 * @param to what is to run
 * @param appear findings that are there after it and not before
 * @param vanish findings that are there before it and not after
 * @param between findings that are there at a release between only
 * @param effects defaults that change
 */
record Forecast(
    Release from,
    Release to,
    List<Shift> appear,
    List<Shift> vanish,
    List<Shift> between,
    List<Effect> effects) {

  /** Judges the same objects as if a release ran. */
  interface Judge {
    /** Shows the review of each object. */
    void review(Release release, Consumer<Review> reviewer);
  }

  /**
   * A finding that comes or goes.
   *
   * @param judged the finding
   * @param since with which release it comes or goes
   * @param until with which release it goes again; empty if it stays
   */
  record Shift(GradedFinding judged, String since, Optional<String> until) {}

  /** Two findings of different releases are one if rule, object, place and fingerprint are. */
  private record Key(String rule, Id object, String path, String fingerprint) {}

  /** Objects are told apart by who they are, for files may define one several times. */
  private static final class Id {
    private final Resource object;

    Id(Resource object) {
      this.object = object;
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
      return other instanceof Id id && id.object == object;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(object);
    }
  }

  /** Returns whether nothing changes. */
  boolean isCalm() {
    return appear.isEmpty() && vanish.isEmpty() && effects.isEmpty();
  }

  /**
   * Looks at every release on the way.
   *
   * @param verdicts judges what was reviewed, and leaves out what is not to be reported
   */
  static Forecast of(
      Release from, Release to, Judge judge, Function<List<Review>, List<Verdict>> verdicts) {
    List<Release> way = from.wayTo(to);
    Map<Key, GradedFinding> first = Map.of();
    Map<Key, GradedFinding> known = Map.of();
    Map<Key, String> came = new LinkedHashMap<>();
    Map<Key, String> went = new LinkedHashMap<>();
    Map<Key, Shift> passing = new LinkedHashMap<>();
    IdentityHashMap<Resource, Mesh> before = new IdentityHashMap<>();
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < way.size(); i++) {
      Release release = way.get(i);
      boolean last = i == way.size() - 1;
      List<Review> reviews = new ArrayList<>();
      judge.review(release, reviews::add);
      if (i == 0) {
        reviews.forEach(review -> before.put(review.object(), review.mesh()));
      }
      Map<Key, GradedFinding> now = findings(verdicts.apply(reviews));
      if (i == 0) {
        first = now;
      } else {
        String title = release.newAfter(way.get(i - 1));
        for (Map.Entry<Key, GradedFinding> one : now.entrySet()) {
          if (!known.containsKey(one.getKey())) {
            came.put(one.getKey(), title);
          }
        }
        for (Map.Entry<Key, GradedFinding> one : known.entrySet()) {
          if (!now.containsKey(one.getKey())) {
            went.put(one.getKey(), title);
            if (!first.containsKey(one.getKey())) {
              passing.put(
                  one.getKey(),
                  new Shift(
                      one.getValue(), came.getOrDefault(one.getKey(), title), Optional.of(title)));
            }
          }
        }
      }
      known = now;
      if (last) {
        for (Review review : reviews) {
          Mesh old = before.get(review.object());
          if (old != null) {
            effects.addAll(
                Defaults.of(review.object(), new Crossing(from, old, to, review.mesh())));
          }
        }
      }
    }
    effects.sort(
        Comparator.comparing((Effect effect) -> effect.change().impact())
            .thenComparing(Effect::since)
            .thenComparing(effect -> effect.change().id()));
    Map<Key, GradedFinding> end = known;
    Map<Key, GradedFinding> start = first;
    passing.keySet().removeAll(end.keySet());
    return new Forecast(
        from,
        to,
        shifts(end, start, came),
        shifts(start, end, went),
        byRule(List.copyOf(passing.values())),
        List.copyOf(effects));
  }

  private static Map<Key, GradedFinding> findings(List<Verdict> verdicts) {
    Map<Key, GradedFinding> all = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      for (GradedFinding judged : verdict.judged()) {
        boolean told = !judged.exempt() && judged.mode() != Mode.OFF;
        if (told) {
          Key key =
              new Key(
                  judged.finding().rule().id(),
                  new Id(verdict.object()),
                  judged.finding().path().toString(),
                  judged.finding().fingerprint());
          all.put(key, judged);
        }
      }
    }
    return all;
  }

  private static List<Shift> shifts(
      Map<Key, GradedFinding> there, Map<Key, GradedFinding> notThere, Map<Key, String> when) {
    List<Shift> shifts = new ArrayList<>();
    there.forEach(
        (key, judged) -> {
          if (!notThere.containsKey(key)) {
            shifts.add(new Shift(judged, when.getOrDefault(key, ""), Optional.empty()));
          }
        });
    return byRule(shifts);
  }

  private static List<Shift> byRule(List<Shift> shifts) {
    return shifts.stream()
        .sorted(Comparator.comparing(shift -> shift.judged().finding().rule().id()))
        .toList();
  }
}
