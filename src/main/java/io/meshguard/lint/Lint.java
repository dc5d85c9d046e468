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
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
   * Returns the reviews of objects.
   *
   * @param objects the objects to be judged
   * @param around objects that are only context
   */
  public List<Review> reviews(List<Resource> objects, Collection<Resource> around) {
    List<Resource> all = new ArrayList<>(around);
    all.addAll(objects);
    Variants variants = Variants.among(objects, around);
    Set<Kind> uncertain = variants.kinds();
    List<Resource> certain = all.stream().filter(object -> !variants.include(object)).toList();
    Predicate<Kind> complete = kind -> closedWorld && !uncertain.contains(kind);
    Mesh bare = new ObjectMesh(certain, complete, terms.facts());
    Mesh mesh = new ObjectMesh(certain, complete, ClusterDomain.of(bare).applyTo(terms.facts()));
    List<Review> reviews = new ArrayList<>();
    for (Resource object : objects) {
      Subject subject =
          new Subject(object, Namespaces.labels(object, mesh), Optional.empty(), today);
      reviews.add(
          new Review(Operation.LOOK, subject, Optional.empty(), false, mesh, terms.settings()));
    }
    return reviews;
  }

  /** Returns what the rules say of each object, in order. */
  public List<Verdict> judge(List<Review> reviews, Progress progress) {
    List<Verdict> verdicts = new ArrayList<>(reviews.size());
    for (Review review : reviews) {
      progress.step("progress.checking", reviews.size());
      verdicts.add(engine.judge(review));
    }
    return verdicts;
  }
}
