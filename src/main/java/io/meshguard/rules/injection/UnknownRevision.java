package io.meshguard.rules.injection;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Namespaces;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.Map;
import java.util.Optional;

/** A label {@code istio.io/rev} that names neither a revision nor a tag of the cluster. */
public final class UnknownRevision implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unknown-revision")
          .subjects(Kind.NAMESPACE)
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .faq(FaqEntry.INJECTION)
          .symptoms(Symptom.NO_CHAIN)
          .beyondDiscovery()
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    if (subject.kind().equals(Kind.NAMESPACE)) {
      boolean taken = injection.decide(Namespaces.labels(subject)).expected();
      if (!taken) {
        check(subject.at("metadata", "labels", Revisions.REVISION), injection, report);
      }
    } else {
      Workload.of(subject)
          .filter(workload -> countsForPods(workload, injection))
          .map(workload -> workload.template().label(Revisions.REVISION))
          .ifPresent(label -> check(label, injection, report));
    }
  }

  private static void check(Cursor label, Injection injection, Report report) {
    Revisions revisions = injection.revisions();
    String name = label.text("");
    boolean unknown =
        label.text().isPresent() && revisions.known() && !revisions.names().contains(name);
    if (!unknown) {
      return;
    }
    Optional<String> similar = revisions.similarTo(name);
    if (similar.isPresent()) {
      report.say(label, "similar", name, similar.get());
    } else {
      report.say(label, "found", name, String.join(", ", revisions.names()));
    }
  }

  /** A namespace's own labels, and a Pod's refusal, leave its revision label without a say. */
  private static boolean countsForPods(Workload workload, Injection injection) {
    Map<String, String> namespace =
        injection.namespaceLabels(workload.namespace()).orElse(Map.of());
    boolean decided =
        namespace.containsKey(Revisions.INJECTION) || namespace.containsKey(Revisions.REVISION);
    boolean refused =
        workload.template().label(Injection.INJECT).is("false")
            || workload.template().hostNetwork()
            || workload.template().annotation(Wish.STATUS).isPresent();
    return !decided && !refused && !injection.decide(workload).expected();
  }
}
