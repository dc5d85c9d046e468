package io.meshguard.lint;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.files.Progress;
import io.meshguard.istio.ClusterDomain;
import io.meshguard.istio.Namespaces;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Operation;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Judges objects from files in the mesh that they and others make. */
public final class Lint {

  private final Engine engine;
  private final CheckContext terms;
  private final boolean closedWorld;
  private final LocalDate today;

  /**
   * Makes a lint.
   *
   * @param closedWorld whether the given objects are all there are
   * @param today the date, against which exemptions expire
   */
  public Lint(Engine engine, CheckContext terms, boolean closedWorld, LocalDate today) {
    this.engine = engine;
    this.terms = terms;
    this.closedWorld = closedWorld;
    this.today = today;
  }

  /** Returns the engine that judges. */
  public Engine engine() {
    return engine;
  }

  /**
   * Shows the reviews of objects, one mesh after the other, so that not all need be held at once.
   *
   * @param objects the objects to be judged
   * @param around objects that are only context, of every mesh
   */
  public void review(
      List<Resource> objects, Collection<Resource> around, Consumer<Review> reviewer) {
    review(objects, around, object -> true, reviewer);
  }

  /**
   * Shows the reviews of some objects.
   *
   * @param objects all objects of which these are some
   * @param around objects that are only context, of every mesh
   * @param selected which of the objects are to be judged
   */
  public void review(
      List<Resource> objects,
      Collection<Resource> around,
      Predicate<Resource> selected,
      Consumer<Review> reviewer) {
    Worlds.visit(
        objects,
        world -> {
          List<Resource> judged = world.own().stream().filter(selected).toList();
          if (!judged.isEmpty()) {
            review(world, judged, around, reviewer);
          }
        });
  }

  /** Returns what the rules say of each object, in order. */
  public List<Verdict> judge(
      List<Resource> objects, Collection<Resource> around, Progress progress) {
    return judge(objects, around, object -> true, progress);
  }

  /** Returns what the rules say of each of some objects, in order. */
  public List<Verdict> judge(
      List<Resource> objects,
      Collection<Resource> around,
      Predicate<Resource> selected,
      Progress progress) {
    List<Resource> judged = objects.stream().filter(selected).toList();
    Set<Resource> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
    wanted.addAll(judged);
    IdentityHashMap<Resource, Verdict> verdicts = new IdentityHashMap<>();
    review(
        objects,
        around,
        wanted::contains,
        review -> {
          progress.step("progress.checking", judged.size());
          verdicts.put(review.object(), engine.judge(review));
        });
    return judged.stream().map(verdicts::get).toList();
  }

  private void review(
      Worlds.World world,
      List<Resource> judged,
      Collection<Resource> around,
      Consumer<Review> reviewer) {
    List<Resource> given = new ArrayList<>(world.shared());
    given.addAll(world.own());
    List<Resource> all = new ArrayList<>(around);
    all.addAll(given);
    Variants variants = Variants.among(given, around);
    Set<Kind> uncertain = new HashSet<>(variants.kinds());
    uncertain.addAll(world.hidden());
    List<Resource> certain = all.stream().filter(object -> !variants.include(object)).toList();
    Predicate<Kind> complete = kind -> closedWorld && !uncertain.contains(kind);
    Mesh bare = new ObjectMesh(certain, complete, terms.facts());
    boolean said = terms.facts().domainKnown();
    Mesh mesh =
        said
            ? bare
            : new ObjectMesh(certain, complete, ClusterDomain.of(bare).applyTo(terms.facts()));
    for (Resource object : judged) {
      Subject subject =
          new Subject(object, Namespaces.labels(object, mesh), Optional.empty(), today);
      reviewer.accept(
          new Review(Operation.LOOK, subject, Optional.empty(), false, mesh, terms.settings()));
    }
  }
}
