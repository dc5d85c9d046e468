package io.meshguard.rules.injection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.Injection.Reason;
import io.meshguard.istio.Namespaces;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A label or annotation that asks for or refuses a sidecar, and that nothing in this mesh reads
 * (istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml @1.30.3).
 */
public final class InjectionLabelIgnored implements Rule {

  private static final VersionRange WORDS = VersionRange.before("1.27");
  private static final Set<String> OLD_YES = Set.of("y", "yes", "true", "on");
  private static final Set<String> OLD_NO = Set.of("n", "no", "false", "off");

  private static final RuleInfo INFO =
      RuleInfo.rule("injection-label-ignored")
          .subjects(Kind.NAMESPACE)
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .fixes(Safety.SAFE, Safety.MANUAL)
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
      checkNamespace(subject, injection, mesh, report);
    } else {
      Workload.of(subject)
          .filter(workload -> !workload.template().annotation(Wish.STATUS).isPresent())
          .ifPresent(workload -> checkWorkload(workload, injection, mesh, report));
    }
  }

  private static void checkNamespace(
      Resource namespace, Injection injection, Mesh mesh, Report report) {
    Cursor label = namespace.at("metadata", "labels", Revisions.INJECTION);
    Map<String, String> labels = Namespaces.labels(namespace);
    String value = label.text("disabled");
    boolean root = mesh.facts().rootNamespaces().contains(namespace.name());
    if (!root && mayBeInjected(namespace.name())) {
      MisplacedWish.checkNamespace(namespace, injection.decide(labels), report);
    }
    if (root || value.equals("disabled") || labels.containsKey(Revisions.REVISION)) {
      return;
    }
    Decision decision = injection.decide(labels);
    if (!decision.ruledOut()) {
      return;
    }
    if (decision.reason() == Reason.NAMESPACE_LABEL) {
      report.say(label, "value", value);
      return;
    }
    Report.Draft draft = report.say(label, "namespace");
    injection
        .revisions()
        .only()
        .filter(revision -> mayBeInjected(namespace.name()))
        .ifPresent(
            revision ->
                draft.fix(
                    Safety.SAFE,
                    "fix-namespace",
                    List.of(
                        new PatchOp.Remove(label.pointer()),
                        new PatchOp.Add(
                            namespace.at("metadata", "labels", Revisions.REVISION).pointer(),
                            JsonNodeFactory.instance.textNode(revision))),
                    revision));
  }

  private static boolean mayBeInjected(String namespace) {
    return !namespace.startsWith("kube-") && !Injection.ignores(namespace);
  }

  private static void checkWorkload(
      Workload workload, Injection injection, Mesh mesh, Report report) {
    Decision decision = injection.decide(workload);
    if (mayBeInjected(workload.namespace())
        && !mesh.facts().rootNamespaces().contains(workload.namespace())) {
      MisplacedWish.check(workload, decision, injection, report);
    }
    for (Wish wish : Wish.of(workload)) {
      checkWish(wish, workload, decision, injection, report);
    }
    checkValue(Wish.inject(workload), decision, injection, report);
    for (Cursor container : workload.template().containers()) {
      Cursor image = container.at("image");
      if (container.at("name").is("istio-proxy") && image.is("auto") && decision.ruledOut()) {
        report.say(image, "auto-image");
      }
    }
  }

  /** Before 1.27 istiod read several words for yes, and took every other one for no. */
  private static void checkValue(
      Cursor inject, Decision decision, Injection injection, Report report) {
    String value = inject.text("true");
    if (value.equals("true") || value.equals("false")) {
      return;
    }
    String word = value.toLowerCase(Locale.ROOT);
    boolean meant = decision.expected() ? OLD_YES.contains(word) : OLD_NO.contains(word);
    boolean understood = injection.versions(decision).in(WORDS) == Applicability.EVERYWHERE;
    if (!meant || !understood) {
      report.say(inject, "not-exact", value);
    }
  }

  private static void checkWish(
      Wish wish, Workload workload, Decision decision, Injection injection, Report report) {
    Cursor at = wish.at();
    if (!decision.ruledOut()) {
      if (wish.kind() == Wish.Kind.REVISION) {
        checkRevision(at, workload, decision, injection, report);
      }
      return;
    }
    switch (decision.reason()) {
      case HOST_NETWORK -> report.say(at, "host-network");
      case SYSTEM_NAMESPACE -> report.say(at, "system-namespace", workload.namespace());
      case NAMESPACE_LABEL -> report.say(at, "disabled", labelOf(workload, injection));
      case NO_DEFAULT -> {
        if (wish.kind() == Wish.Kind.LABEL && namespaceIsSilent(workload, injection)) {
          reportNoDefault(at, workload, injection, report);
        }
      }
      case NOT_ASKED -> {
        // Some installations inject where nothing says otherwise, and some read the annotation.
        if (wish.kind() == Wish.Kind.ANNOTATION && injection.revisions().known()) {
          report.say(at, "annotation");
        }
      }
      case POD_LABELS -> {
        if (wish.kind() != Wish.Kind.ANNOTATION) {
          report.say(at, "pod-label");
        }
      }
      case POD_REFUSES, NO_SUCH_REVISION, LABELS -> {
        // Labels that contradict each other, and names of no revision, have rules of their own.
      }
    }
  }

  private static void reportNoDefault(
      Cursor at, Workload workload, Injection injection, Report report) {
    Report.Draft draft = report.say(at, "no-default");
    injection
        .revisions()
        .only()
        .filter(revision -> wouldHear(revision, workload, injection))
        .ifPresent(
            revision ->
                draft.fix(
                    Safety.SAFE,
                    "fix-pod",
                    List.of(
                        new PatchOp.Add(
                            workload.template().label(Revisions.REVISION).pointer(),
                            JsonNodeFactory.instance.textNode(revision))),
                    revision));
  }

  /** Webhooks of old installations look at no label of a Pod. */
  private static boolean wouldHear(String revision, Workload workload, Injection injection) {
    Map<String, String> labels = new HashMap<>(workload.labels());
    labels.put(Revisions.REVISION, revision);
    return injection
        .namespaceLabels(workload.namespace())
        .filter(namespace -> injection.decide(namespace, labels).expected())
        .isPresent();
  }

  /** A namespace that names a revision decides for all its Pods. */
  private static void checkRevision(
      Cursor at, Workload workload, Decision decision, Injection injection, Report report) {
    Map<String, String> namespace =
        injection.namespaceLabels(workload.namespace()).orElse(Map.of());
    String asked = at.text("");
    String decider =
        namespace.containsKey(Revisions.INJECTION) ? Revisions.INJECTION : Revisions.REVISION;
    String value = namespace.getOrDefault(decider, asked);
    boolean byDefault = decider.equals(Revisions.INJECTION) && asked.equals("default");
    boolean same =
        value.equals(asked)
            || byDefault
            || decision.revision().filter(asked::equals).isPresent()
            || injection.revisions().isTag(asked, decision.revision());
    if (!same) {
      report.say(at, "revision", asked, decider + "=" + value);
    }
  }

  private static String labelOf(Workload workload, Injection injection) {
    return injection
        .namespaceLabels(workload.namespace())
        .map(labels -> labels.get(Revisions.INJECTION))
        .orElse("");
  }

  private static boolean namespaceIsSilent(Workload workload, Injection injection) {
    return injection
        .namespaceLabels(workload.namespace())
        .filter(
            labels ->
                !labels.containsKey(Revisions.INJECTION) && !labels.containsKey(Revisions.REVISION))
        .isPresent();
  }
}
