package io.meshguard.rules.routing;

import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Routes of a delegate that vanish: Istio joins each of their matches with those of the root's
 * route, and drops the whole route where one fits none of them (istio
 * pilot/pkg/model/virtualservice.go {@code mergeHTTPMatchRequests} and {@code
 * hasConflict} @1.30.3).
 */
public final class ConflictingDelegateMatch implements Rule {

  /** Pairs of matches that are compared. */
  private static final int MOST_PAIRS = 100_000;

  /** Roots of one delegate; nobody has so many. */
  private static final int MOST_ROOTS = 50;

  private static final RuleInfo INFO =
      RuleInfo.rule("conflicting-delegate-match")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .reads(Visibility.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE, FaqEntry.ROUTE_ORDER)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (VirtualServices.isDelegate(subject)) {
      return;
    }
    Delegates delegates = new Delegates(subject, mesh);
    WorkBudget budget = new WorkBudget(MOST_PAIRS);
    for (Cursor route : subject.at("spec", "http").each()) {
      if (route.at("delegate").isPresent()) {
        Optional<List<Cursor>> leaves = delegates.routes(route);
        leaves
            .filter(all -> !all.isEmpty() && route.at("match").isNonEmpty())
            .ifPresent(all -> check(route, all, delegates, subject, mesh, budget, report));
      }
    }
    if (budget.isOver()) {
      report.cutShort();
    }
  }

  private static void check(
      Cursor route,
      List<Cursor> leaves,
      Delegates delegates,
      Resource subject,
      Mesh mesh,
      WorkBudget budget,
      Report report) {
    List<Integer> dropped = new ArrayList<>();
    String field = "";
    for (int i = 0; i < leaves.size(); i++) {
      Optional<String> conflict = conflict(route, leaves.get(i), delegates, budget);
      if (conflict.isPresent()) {
        field = dropped.isEmpty() ? conflict.get() : field;
        dropped.add(i);
      }
    }
    Cursor at = route.at("delegate");
    String name = at.at("name").text("");
    if (dropped.size() == leaves.size()) {
      report
          .say(at, "all", name, Message.verbatim(field))
          .names(route.at("match"))
          .advice("advice");
      return;
    }
    Optional<List<Root>> roots = dropped.isEmpty() ? Optional.empty() : roots(route, subject, mesh);
    for (int i : dropped) {
      Cursor leaf = leaves.get(i);
      boolean nowhere =
          roots
              .filter(all -> all.stream().allMatch(one -> one.drops(leaf, budget)))
              .filter(all -> !budget.isOver())
              .isPresent();
      if (nowhere) {
        String why = conflict(route, leaf, delegates, budget).orElse("");
        report
            .say(at, "some", name, i, Message.verbatim(why))
            .names(leaf.at("match"))
            .advice("advice");
      }
    }
  }

  private static Optional<String> conflict(
      Cursor route, Cursor leaf, Delegates delegates, WorkBudget budget) {
    List<Cursor> root = route.at("match").each();
    List<Cursor> own = leaf.at("match").each();
    boolean none = root.isEmpty() || own.isEmpty() || leaf.at("delegate").isPresent();
    return none || !budget.take((long) root.size() * own.size())
        ? Optional.empty()
        : delegates.dropped(root, own);
  }

  /** A route of a root that delegates to the same VirtualService. */
  private record Root(Cursor route, Delegates delegates) {

    boolean drops(Cursor leaf, WorkBudget budget) {
      return conflict(route, leaf, delegates, budget).isPresent();
    }
  }

  /**
   * Returns the routes that delegate to the same VirtualService, for which a route that is dropped
   * here may be meant; empty where they are not all known.
   */
  private static Optional<List<Root>> roots(Cursor route, Resource subject, Mesh mesh) {
    Optional<Resource> delegate = VirtualServices.delegate(route, subject, mesh).found();
    Optional<List<Resource>> listed =
        delegate.flatMap(found -> VirtualServices.allRoots(found, MOST_ROOTS, mesh));
    if (listed.isEmpty()) {
      return Optional.empty();
    }
    List<Root> roots = new ArrayList<>();
    for (Resource root : listed.get()) {
      Delegates delegates = new Delegates(root, mesh);
      for (Cursor one : root.at("spec", "http").each()) {
        boolean same =
            one.at("delegate").isPresent()
                && VirtualServices.delegate(one, root, mesh).found().equals(delegate);
        if (same) {
          roots.add(new Root(one, delegates));
        }
      }
    }
    return Optional.of(roots);
  }
}
