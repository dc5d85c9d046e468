package io.meshguard.rules.fields;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A field that the kind does not have at that place. The API server drops it before any webhook
 * sees the object, so only files can be checked (kubernetes.io/docs/tasks/extend-kubernetes/
 * custom-resources/custom-resource-definitions, field pruning).
 */
public final class UnknownField implements Rule {

  private static final Set<Kind> CORE =
      Set.of(
          Kind.SERVICE,
          Kind.DEPLOYMENT,
          Kind.STATEFUL_SET,
          Kind.DAEMON_SET,
          Kind.JOB,
          Kind.CRON_JOB,
          Kind.POD,
          Kind.NAMESPACE,
          Kind.CONFIG_MAP);

  private static final Set<String> DIRECTIVES =
      Set.of("$patch", "$retainKeys", "$setElementOrder", "$deleteFromPrimitiveList");

  /** Where each belongs is looked for in the whole list of fields. */
  private static final int MOST_REPORTED = 1_000;

  private static final RuleInfo INFO =
      RuleInfo.rule("unknown-field")
          .subjects(
              Kind.VIRTUAL_SERVICE,
              Kind.DESTINATION_RULE,
              Kind.GATEWAY,
              Kind.SERVICE_ENTRY,
              Kind.SIDECAR,
              Kind.ENVOY_FILTER,
              Kind.PROXY_CONFIG,
              Kind.TELEMETRY,
              Kind.PEER_AUTHENTICATION)
          .subjects(CORE)
          .faq(FaqEntry.values())
          .hides(Symptom.OVERFLOW)
          .linterOnly()
          .beyondDiscovery()
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    FieldList list = FieldList.bundled();
    MeshFacts facts = mesh.facts();
    boolean newer =
        CORE.contains(subject.kind())
            ? isNewer(facts.kubernetes(), list.newestKubernetes())
            : isNewer(facts.istio(), list.newestIstio());
    Optional<FieldNode> root = list.of(subject.kind());
    if (!newer && root.isPresent()) {
      List<Placement.Level> levels = new ArrayList<>();
      levels.add(new Placement.Level("", root.get()));
      WorkBudget budget = new WorkBudget(MOST_REPORTED);
      walk(subject.root(), levels, subject.kind(), budget, report);
      if (budget.isOver()) {
        report.cutShort();
      }
    }
  }

  /** Compares lines: a patch release brings no fields. */
  private static boolean isNewer(Versions versions, Version newest) {
    return versions.known().stream()
        .anyMatch(v -> new Version(v.major(), v.minor(), 0).compareTo(newest) > 0);
  }

  private static void walk(
      Cursor at, List<Placement.Level> levels, Kind kind, WorkBudget budget, Report report) {
    at.each().forEach(element -> walk(element, levels, kind, budget, report));
    Placement.Level level = levels.get(levels.size() - 1);
    for (Cursor.Field field : at.fields()) {
      Optional<FieldNode.Field> known = level.node().field(field.name());
      if (known.isEmpty() && !isDirective(field.name()) && budget.take(1)) {
        report(at, field, levels, kind, report);
      } else if (known.flatMap(FieldNode.Field::node).isPresent()) {
        String prefix = level.path().isEmpty() ? "" : level.path() + ".";
        String path = prefix + field.name() + (known.get().list() ? "[]" : "");
        levels.add(new Placement.Level(path, known.get().node().get()));
        walk(field.value(), levels, kind, budget, report);
        levels.remove(levels.size() - 1);
      }
    }
  }

  /** What a strategic merge patch says about its fields; the API server never sees it. */
  private static boolean isDirective(String name) {
    int slash = name.indexOf('/');
    return DIRECTIVES.contains(slash < 0 ? name : name.substring(0, slash));
  }

  private static void report(
      Cursor object, Cursor.Field field, List<Placement.Level> levels, Kind kind, Report report) {
    FieldNode node = levels.get(levels.size() - 1).node();
    String name = field.name();
    Optional<String> typo = typo(name, node, kind);
    Optional<String> place =
        typo.isPresent()
            ? Optional.empty()
            : Placement.of(object, name, field.value().node(), levels);
    Report.Draft draft;
    if (typo.isPresent()) {
      draft = report.say(field.value(), "typo", name, Message.verbatim(typo.get()));
    } else if (place.isPresent()) {
      draft = report.say(field.value(), "misplaced", name, Message.verbatim(place.get()));
    } else {
      draft = report.say(field.value(), "found", name);
    }
    draft.names(name);
  }

  /** The port of a Service is called {@code number} in Istio's kinds only. */
  private static Optional<String> typo(String name, FieldNode node, Kind kind) {
    boolean portNumber =
        kind.equals(Kind.SERVICE)
            && name.equals("number")
            && node.fields().containsKey("targetPort");
    return portNumber ? Optional.of("port") : Placement.typo(name, node);
  }
}
