package io.meshguard.rules.injection;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.Namespaces;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Report;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A wish for or against a sidecar that stands where nothing reads it. Webhooks and istiod look at
 * Pods, which get labels and annotations from their template alone, and at labels of namespaces.
 */
final class MisplacedWish {

  private static final String TRUE = "true";
  private static final String FALSE = "false";
  private static final Set<String> ON_NAMESPACES =
      Set.of(Revisions.INJECTION, Revisions.REVISION, Injection.INJECT);

  private MisplacedWish() {}

  /** Reports wishes on a workload itself, and those of its template that only namespaces have. */
  static void check(Workload workload, Decision decision, Injection injection, Report report) {
    if (workload.template().hostNetwork() || workload.hasSidecar()) {
      return;
    }
    checkTemplate(workload, decision, injection, report);
    Resource object = workload.object();
    if (object.kind().equals(Kind.POD)) {
      return;
    }
    checkMetadata(
        object.at("metadata"), object.kind().name(), workload, decision, injection, report);
    Cursor job = object.at("spec", "jobTemplate", "metadata");
    checkMetadata(job, Kind.JOB.name(), workload, decision, injection, report);
  }

  /** Reports annotations on a Namespace, of which only labels count. */
  static void checkNamespace(Resource namespace, Decision decision, Report report) {
    if (decision.expected() || Namespaces.labels(namespace).containsKey(Injection.DATAPLANE_MODE)) {
      return;
    }
    for (String key : ON_NAMESPACES) {
      Cursor annotation = namespace.at("metadata", "annotations", key);
      boolean asks =
          key.equals(Revisions.REVISION)
              ? !annotation.text("").isEmpty()
              : annotation.is("enabled") || annotation.is(TRUE);
      if (asks && !labelled(namespace)) {
        report.say(annotation, "namespace-annotation", key).advice("label-namespace");
      }
    }
  }

  /** A namespace that has a label says what it wants by that. */
  private static boolean labelled(Resource namespace) {
    Map<String, String> labels = Namespaces.labels(namespace);
    return labels.containsKey(Revisions.INJECTION) || labels.containsKey(Revisions.REVISION);
  }

  private static void checkMetadata(
      Cursor metadata,
      String kind,
      Workload workload,
      Decision decision,
      Injection injection,
      Report report) {
    for (String part : List.of("labels", "annotations")) {
      Cursor wish = metadata.at(part, Injection.INJECT);
      boolean lost =
          wish.is(TRUE)
              ? !asksItself(workload) && !mayBeIn(workload, decision, injection)
              : wish.is(FALSE) && !refusesItself(workload) && !decision.ruledOut();
      if (lost) {
        report.say(wish, "on-workload", Injection.INJECT, kind).advice("label-template");
      }
    }
    Cursor revision = metadata.at("labels", Revisions.REVISION);
    if (!revision.text("").isEmpty()
        && !asksItself(workload)
        && isKnownOutside(workload, decision, injection)) {
      report.say(revision, "on-workload", Revisions.REVISION, kind).advice("label-template");
    }
  }

  private static void checkTemplate(
      Workload workload, Decision decision, Injection injection, Report report) {
    if (asksItself(workload) || refusesItself(workload)) {
      return;
    }
    Cursor revision = workload.template().annotation(Revisions.REVISION);
    if (!revision.text("").isEmpty() && !mayBeIn(workload, decision, injection)) {
      report.say(revision, "revision-annotation").advice("label-revision");
    }
    Cursor label = workload.template().label(Revisions.INJECTION);
    if (label.is("enabled") && isKnownOutside(workload, decision, injection)) {
      report.say(label, "namespace-label").advice("label-pod");
    }
  }

  private static boolean asksItself(Workload workload) {
    return !Wish.of(workload).isEmpty();
  }

  private static boolean refusesItself(Workload workload) {
    return Wish.inject(workload).is(FALSE);
  }

  private static boolean mayBeIn(Workload workload, Decision decision, Injection injection) {
    return decision.expected() || injection.ambient(workload);
  }

  /** Without the webhooks, a Pod without labels may be injected all the same. */
  private static boolean isKnownOutside(Workload workload, Decision decision, Injection injection) {
    return decision.ruledOut() && injection.revisions().known() && !injection.ambient(workload);
  }
}
