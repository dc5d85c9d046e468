package io.meshguard.rules.startup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code holdApplicationUntilProxyStarts} where it does nothing (istio
 * manifests/charts/istio-control/istio-discovery/files/injection-template.yaml @1.30.3).
 */
public final class IneffectiveHold implements Rule {

  private static final VersionRange TOO_OLD = VersionRange.before("1.8");

  /** Up to 1.20 a native sidecar got the hook as well. */
  private static final VersionRange IGNORED_WHEN_NATIVE = VersionRange.from("1.21");

  private static final RuleInfo INFO =
      RuleInfo.rule("ineffective-hold")
          .subjects(PodTemplate.WORKLOADS)
          .subjects(Kind.PROXY_CONFIG, Kind.CONFIG_MAP, Kind.NAMESPACE)
          .reads(Injection.READS)
          .reads(NativeSidecars.READS)
          .fixes(Safety.SAFE, Safety.MANUAL)
          .faq(FaqEntry.SIDECAR_NOT_READY)
          .symptoms(Symptom.NO_ANSWER)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.PROXY_CONFIG)) {
      Cursor hold = ProxyConfigText.field(subject.at("spec"), ProxyConfigs.HOLD);
      if (!hold.isMissing()) {
        report.say(hold, "object").advice("use-annotation");
      }
      Cursor variable = subject.at("spec", "environmentVariables", ProxyConfigs.HOLD);
      if (!variable.isMissing()) {
        report.say(variable, "object").advice("use-annotation");
      }
    } else if (subject.kind().equals(Kind.NAMESPACE)) {
      checkNamespace(subject, report);
    } else if (subject.kind().equals(Kind.CONFIG_MAP)) {
      checkMeshConfig(subject, mesh, report);
    } else {
      Workload.of(subject)
          .ifPresent(
              workload -> {
                checkWorkloadAnnotations(workload, report);
                checkTemplate(workload, mesh, report);
                checkMisplaced(workload, mesh, report);
              });
    }
  }

  private static void checkMeshConfig(Resource map, Mesh mesh, Report report) {
    Cursor text = map.at("data", "mesh");
    if (!MeshConfig.isCarrier(map, mesh) || text.text().isEmpty()) {
      return;
    }
    for (MeshConfig config : MeshConfig.of(map)) {
      if (!ProxyConfigText.field(config.config(), ProxyConfigs.HOLD).isMissing()) {
        report.say(text, "outside-default-config").advice("move-below-default-config");
      }
      Cursor hold = ProxyConfigText.field(config.config().at("defaultConfig"), ProxyConfigs.HOLD);
      if (hold.isTrue()) {
        checkVersionAndValues(text, mesh.facts().istio(), mesh, report);
      }
      MisplacedHold.in(config.config().at("defaultConfig"))
          .ifPresent(mistake -> report.say(text, mistake.key(), mistake.shown()).advice("move-up"));
    }
  }

  /**
   * On a workload, or the Jobs of a CronJob, and not on its Pods, the annotation is never read.
   * Where the Pods say the same, nothing is lost by it.
   */
  private static void checkWorkloadAnnotations(Workload workload, Report report) {
    Cursor onPods = workload.template().annotation(ProxyConfigText.ANNOTATION);
    if (read(onPods, report).field(ProxyConfigs.HOLD).isTrue()) {
      return;
    }
    Resource object = workload.object();
    for (Cursor metadata :
        List.of(object.at("metadata"), object.at("spec", "jobTemplate", "metadata"))) {
      Cursor annotation = metadata.at("annotations", ProxyConfigText.ANNOTATION);
      ProxyConfigText text = read(annotation, report);
      if (text.field(ProxyConfigs.HOLD).isTrue()) {
        reportMisplaced(workload, annotation, text, report);
      }
    }
  }

  private static ProxyConfigText read(Cursor annotation, Report report) {
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
    }
    return text;
  }

  private static void reportMisplaced(
      Workload workload, Cursor misplaced, ProxyConfigText text, Report report) {
    Report.Draft draft = report.say(misplaced, "on-workload");
    List<PatchOp> ops = moveToTemplate(workload, misplaced, text);
    if (ops.isEmpty()) {
      draft.advice("move");
    } else {
      draft.fix(Safety.SAFE, "fix", ops);
    }
  }

  /** Other settings in the text would come into force too, so only a lone hold is moved. */
  private static List<PatchOp> moveToTemplate(
      Workload workload, Cursor misplaced, ProxyConfigText text) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    ProxyConfigText own = ProxyConfigText.of(annotation.text(""));
    boolean foreign = annotation.isPresent() && annotation.text().isEmpty();
    if (text.config().fields().size() != 1
        || foreign
        || !own.field(ProxyConfigs.HOLD).isMissing()) {
      return List.of();
    }
    List<PatchOp> ops = new ArrayList<>();
    Optional<String> merged =
        annotation.isPresent()
            ? own.plus(ProxyConfigs.HOLD, JsonNodeFactory.instance.booleanNode(true))
            : misplaced.text();
    merged.ifPresent(
        written -> {
          JsonNode value = JsonNodeFactory.instance.textNode(written);
          ops.addAll(
              FieldPatch.put(
                  workload.template().at(),
                  value,
                  "metadata",
                  "annotations",
                  ProxyConfigText.ANNOTATION));
        });
    if (!ops.isEmpty()) {
      ops.add(new PatchOp.Remove(misplaced.pointer()));
    }
    return ops;
  }

  private static void checkTemplate(Workload workload, Mesh mesh, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    if (!read(annotation, report).field(ProxyConfigs.HOLD).isTrue()) {
      return;
    }
    Injection injection = new Injection(mesh);
    Injection.Decision decision = injection.decide(workload);
    Versions istio = injection.versions(decision);
    boolean refused = decision.ruledOut() && decision.reason() == Injection.Reason.POD_REFUSES;
    if (refused || (injection.ambient(workload) && !decision.expected())) {
      report.say(annotation, refused ? "no-sidecar" : "ambient").advice("remove");
      return;
    }
    checkVersionAndValues(annotation, istio, mesh, report);
    boolean alwaysNative =
        new NativeSidecars(mesh).classic(workload.template(), istio) == Applicability.NOWHERE
            && istio.in(IGNORED_WHEN_NATIVE) == Applicability.EVERYWHERE;
    if (alwaysNative && decision.expected()) {
      report.say(annotation, "native").advice("remove");
    }
  }

  /** What its Pods would wait for, if the setting stood where it is read. */
  private static void checkMisplaced(Workload workload, Mesh mesh, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    ProxyConfigText text = read(annotation, report);
    Injection injection = new Injection(mesh);
    boolean out = injection.decide(workload).ruledOut() || injection.ambient(workload);
    if (out || text.field(ProxyConfigs.HOLD).isTrue()) {
      return;
    }
    MisplacedHold.in(text.config())
        .ifPresent(
            mistake -> report.say(annotation, mistake.key(), mistake.shown()).advice("move-up"));
    Resource object = workload.object();
    Set<Cursor> places = new LinkedHashSet<>();
    places.add(workload.template().metadata());
    places.add(object.at("metadata"));
    places.add(object.at("spec", "jobTemplate", "metadata"));
    for (Cursor metadata : places) {
      for (Cursor.Field field : MisplacedHold.namedSo(metadata)) {
        report
            .say(field.value(), "invented", field.name())
            .names(field.name())
            .advice("use-annotation");
      }
    }
  }

  /** Nothing is read from a namespace. */
  private static void checkNamespace(Resource namespace, Report report) {
    Cursor annotation = namespace.at("metadata", "annotations", ProxyConfigText.ANNOTATION);
    if (read(annotation, report).field(ProxyConfigs.HOLD).isTrue()) {
      report.say(annotation, "on-workload").advice("use-mesh");
    }
    for (Cursor.Field field : MisplacedHold.namedSo(namespace.at("metadata"))) {
      report.say(field.value(), "invented", field.name()).names(field.name()).advice("use-mesh");
    }
  }

  private static void checkVersionAndValues(Cursor at, Versions istio, Mesh mesh, Report report) {
    Applicability old = istio.in(TOO_OLD);
    if (old.isMet()) {
      report.say(at, "too-old").holds(old).advice("use-values");
    }
    boolean lifecycle =
        new IstiodSettings(mesh)
            .proxyValues().stream().anyMatch(proxy -> proxy.at("lifecycle").isNonEmpty());
    if (lifecycle) {
      report.say(at, "lifecycle").advice("add-wait");
    }
  }
}
