package io.meshguard.rules.filter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * An EnvoyFilter, or a patch of one, that reaches no proxy (istio pilot/pkg/model/push_context.go
 * {@code EnvoyFilters} and policyattachment.go @1.31).
 */
public final class EnvoyFilterWithoutWorkload implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("envoy-filter-without-workload")
          .subjects(Kind.ENVOY_FILTER)
          .reads(SelectedProxies.READS)
          .reads(InboundPorts.READS)
          .reads(Kind.GATEWAY)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.HEADER_TOO_LARGE, FaqEntry.HEADER_CASE, FaqEntry.UPGRADE_REQUIRED)
          .symptoms(Symptom.LOW_VERSION, Symptom.LARGE_HEADERS)
          .build();

  private static final VersionRange TARGETS = VersionRange.from("1.22");

  /** Up to the last version that was read no code applies patches for waypoints. */
  private static final VersionRange NO_WAYPOINTS = VersionRange.before("1.32");

  /** Services that are looked at for all ports together. */
  private static final int MOST_SERVICES = 20_000;

  private static final VersionRange EVERY = VersionRange.from("1.0");

  private static final Set<String> VIRTUAL =
      Set.of("NETWORK_FILTER", "HTTP_FILTER", "FILTER_CHAIN");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    // Istio ships these itself, for the versions that they name.
    if (subject.name().contains("stats-filter-")) {
      return;
    }
    List<EnvoyPatch> patches = EnvoyPatch.of(subject);
    Versions istio = mesh.facts().istio();
    checkGuards(patches, istio, report);
    for (EnvoyPatch patch : patches) {
      Cursor context = patch.at().at("match", "context");
      if (context.is("WAYPOINT") && istio.in(NO_WAYPOINTS) == Applicability.EVERYWHERE) {
        report.say(context, "waypoint");
      }
      Cursor port = patch.at().at("match", "listener", "portNumber");
      long number = port.integer().orElse(0);
      if (context.is("SIDECAR_INBOUND")
          && VIRTUAL.contains(patch.applyTo())
          && (number == 15_006 || number == 15_001)) {
        report.say(port, "proxy-port", Long.toString(number)).advice("container-port");
      }
    }
    Cursor targets = subject.at("spec", "targetRefs");
    if (targets.isNonEmpty()) {
      checkTargets(targets, subject, mesh, report);
      return;
    }
    SelectedProxies.of(subject, mesh)
        .filter(SelectedProxies::known)
        .ifPresent(selected -> checkSelected(selected, patches, subject, mesh, report));
  }

  /** One patch for other versions may be there on purpose, beside one for these. */
  private static void checkGuards(List<EnvoyPatch> patches, Versions istio, Report report) {
    boolean none =
        !patches.isEmpty()
            && patches.stream()
                .allMatch(
                    patch -> patch.isGuarded() && patch.in(EVERY, istio) == Applicability.NOWHERE);
    if (none) {
      Cursor version = patches.get(0).at().at("match", "proxy", "proxyVersion");
      report.say(version, "version", patches.get(0).guard()).harmless();
    }
  }

  private static void checkTargets(Cursor targets, Resource subject, Mesh mesh, Report report) {
    Applicability holds = mesh.facts().istio().in(TARGETS);
    if (!holds.isMet()) {
      return;
    }
    for (Cursor target : targets.each()) {
      Cursor namespace = target.at("namespace");
      String name = target.at("name").text("");
      if (!namespace.text("").isEmpty() && !namespace.is(subject.namespace())) {
        report.say(namespace, "target-namespace").holds(holds);
      } else if (target.at("kind").is("Gateway")
          && target.at("group").is(Kind.GATEWAY_API_GATEWAY.group())
          && !name.isEmpty()
          && mesh.find(Kind.GATEWAY_API_GATEWAY, subject.namespace(), name).isAbsent()) {
        boolean istios = mesh.find(Kind.GATEWAY, subject.namespace(), name).found().isPresent();
        report
            .say(target.at("name"), "target-gateway", name, istios ? 1 : 0)
            .holds(holds)
            .advice("use-selector");
      }
    }
  }

  private static void checkSelected(
      SelectedProxies selected,
      List<EnvoyPatch> patches,
      Resource subject,
      Mesh mesh,
      Report report) {
    Cursor labels = subject.at("spec", "workloadSelector", "labels");
    if (selected.reached().isEmpty()) {
      String root = mesh.facts().rootNamespaces().stream().sorted().findFirst().orElse("");
      if (!selected.near().isEmpty()) {
        reportNear(labels, selected.near().get(0), report);
      } else if (!selected.elsewhere().isEmpty()) {
        report.say(labels, "elsewhere", root).advice("move", root);
      }
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_SERVICES);
    Map<Long, OptionalLong> known = new HashMap<>();
    for (EnvoyPatch patch : patches) {
      checkPort(
          patch,
          number ->
              known.computeIfAbsent(
                  number, each -> InboundPorts.behind(each, selected.reached(), mesh, budget)),
          report);
    }
    if (budget.isOver()) {
      report.cutShort();
    }
    SelectedProxies.Role role = selected.role(mesh);
    if (role == SelectedProxies.Role.UNKNOWN) {
      return;
    }
    boolean gateway = role == SelectedProxies.Role.GATEWAY;
    for (EnvoyPatch patch : patches) {
      Cursor context = patch.at().at("match", "context");
      boolean never =
          gateway
              ? context.is("SIDECAR_INBOUND") || context.is("SIDECAR_OUTBOUND")
              : context.is("GATEWAY");
      if (never && !patch.applyTo().equals("BOOTSTRAP")) {
        report
            .say(context, "context", context.text(""), gateway ? 0 : 1)
            .names(patch.value())
            .advice("use-context", gateway ? 0 : 1);
      }
    }
  }

  private static void checkPort(
      EnvoyPatch patch, LongFunction<OptionalLong> behind, Report report) {
    Cursor port = patch.at().at("match", "listener", "portNumber");
    OptionalLong number = port.integer();
    if (number.isEmpty()
        || !patch.at().at("match", "context").is("SIDECAR_INBOUND")
        || !VIRTUAL.contains(patch.applyTo())) {
      return;
    }
    OptionalLong meant = behind.apply(number.getAsLong());
    if (meant.isPresent()) {
      report
          .say(
              port,
              "service-port",
              Long.toString(number.getAsLong()),
              Long.toString(meant.getAsLong()))
          .advice("container-port");
    }
  }

  private static void reportNear(Cursor labels, Workload near, Report report) {
    Map<String, String> own = near.labels();
    List<PatchOp> ops = new ArrayList<>();
    Optional<String> first = Optional.empty();
    for (Cursor.Field field : labels.fields()) {
      String right = own.get(field.name());
      if (right != null && !field.value().is(right)) {
        first = first.isPresent() ? first : Optional.of(field.name() + ": " + right);
        ops.add(
            new PatchOp.Replace(field.value().pointer(), JsonNodeFactory.instance.textNode(right)));
      }
    }
    String shown = first.orElse("");
    report
        .say(labels, "near", near.object().name(), shown)
        .fix(Safety.UNSAFE, "relabel", ops, shown);
  }
}
