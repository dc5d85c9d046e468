package io.meshguard.rules.routing;

import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * A delegate that nobody refers to, and a root whose delegate cannot be used (istio
 * pilot/pkg/model/virtualservice.go {@code mergeVirtualServicesIfNeeded} @1.30.3).
 */
public final class OrphanDelegate implements Rule {

  /**
   * Before, a delegate without a namespace was looked for in none (istio
   * pilot/pkg/model/virtualservice.go @1.10.6).
   */
  private static final VersionRange NOT_FOUND_BY_NAME = VersionRange.before("1.11");

  private static final RuleInfo INFO =
      RuleInfo.rule("orphan-delegate")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Kind.VIRTUAL_SERVICE)
          .reads(Visibility.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (VirtualServices.isDelegate(subject)) {
      Listing roots = VirtualServices.roots(subject, mesh);
      if (roots.items().isEmpty() && roots.complete() && subject.at("spec").isObject()) {
        report.say(subject.at("spec"), "orphan");
      }
      return;
    }
    Views views = new Views(mesh);
    for (Cursor route : subject.at("spec", "http").each()) {
      if (route.at("delegate", "name").text().isPresent()) {
        Lookup delegate = VirtualServices.delegate(route, subject, mesh);
        boolean named = !route.at("delegate", "namespace").text("").isEmpty();
        Applicability unnamed =
            named ? Applicability.NOWHERE : mesh.facts().istio().in(NOT_FOUND_BY_NAME);
        checkDelegate(route.at("delegate", "name"), delegate, unnamed, subject, views, report);
      }
    }
  }

  private static void checkDelegate(
      Cursor name,
      Lookup lookup,
      Applicability unnamed,
      Resource root,
      Views views,
      Report report) {
    Optional<Resource> delegate = lookup.found();
    if (lookup.isAbsent()) {
      report.say(name, "missing", name.text(""));
    } else if (delegate.filter(found -> !VirtualServices.isDelegate(found)).isPresent()) {
      report.say(name, "with-hosts", name.text(""));
    } else if (unnamed.isMet()) {
      report.say(name, "no-namespace", root.namespace()).holds(unnamed);
    } else if (delegate
        .filter(found -> views.of(found).reaches(root.namespace()) == Ternary.FALSE)
        .isPresent()) {
      report.say(name, "not-exported", name.text(""), root.namespace());
    }
  }

  /** Where VirtualServices can be seen, of each told once: several routes may name one. */
  private static final class Views {
    private final Visibility.Reader reader;
    private final IdentityHashMap<Resource, Visibility> known = new IdentityHashMap<>();

    Views(Mesh mesh) {
      this.reader = new Visibility.Reader(mesh);
    }

    Visibility of(Resource other) {
      return known.computeIfAbsent(other, reader::of);
    }
  }
}
