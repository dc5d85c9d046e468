package io.meshguard.upgrade;

import io.meshguard.deadline.Deadline;
import io.meshguard.istio.Discovery;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The defaults that are known to change, and what they do to objects. */
public final class Defaults {

  private static final List<DefaultChange> ALL =
      Stream.of(
              RouteChanges.all(),
              DestinationChanges.all(),
              RegistryChanges.all(),
              WorkloadChanges.all())
          .flatMap(List::stream)
          .toList();

  private Defaults() {}

  /** Returns every change that is known. */
  public static List<DefaultChange> all() {
    return ALL;
  }

  /** Returns what an upgrade does to an object. */
  public static List<Effect> of(Resource object, Crossing crossing) {
    List<Effect> effects = new ArrayList<>();
    if (Discovery.of(crossing.before()).passesOver(object, crossing.before())) {
      return effects;
    }
    for (DefaultChange change : ALL) {
      if (change.kinds().contains(object.kind()) && change.isPassed(crossing)) {
        Deadline.check();
        List<Cursor> places = change.touched().in(object, crossing);
        if (!places.isEmpty()) {
          effects.add(new Effect(change, change.inForce(crossing.after()), object, places));
        }
      }
    }
    return effects;
  }
}
