package io.meshguard.rules.headless;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A discovery client of an own registry that registers the Pod's IP. Callers then pass by the
 * Service: its host is in no route, and the call is not the mesh's any more (istio
 * pilot/pkg/networking/core/httproute.go @1.30.3).
 */
public final class RegistryRegistersPodIp implements Rule {

  /** The catch-all route of a headless Service's listeners came with 1.12. */
  private static final VersionRange NOT_FOUND = VersionRange.before("1.12");

  /** Each entry of a ConfigMap may be a file of its own. */
  private static final int MOST_ENTRIES = 10_000;

  private static final RuleInfo INFO =
      RuleInfo.rule("registry-registers-pod-ip")
          .subjects(PodTemplate.WORKLOADS)
          .subjects(Kind.CONFIG_MAP)
          .reads(Injection.READS)
          .reads(ConfigUsers.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.HEADLESS, FaqEntry.STATEFUL_SET)
          .symptoms(Symptom.NO_ROUTE, Symptom.BLOCKED)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    if (subject.kind().equals(Kind.CONFIG_MAP)) {
      Optional<Decision> decision =
          injection
              .namespaceLabels(subject.namespace())
              .map(injection::decide)
              .filter(found -> found.expected() && !Injection.ignores(subject.namespace()));
      decision.ifPresent(found -> checkConfigMap(subject, injection.versions(found), mesh, report));
    } else {
      Workload.of(subject)
          .filter(workload -> injection.decide(workload).expected())
          .ifPresent(
              workload ->
                  checkWorkload(
                      workload, injection.versions(injection.decide(workload)), mesh, report));
    }
  }

  private static void checkConfigMap(Resource map, Versions istio, Mesh mesh, Report report) {
    List<Cursor.Field> entries = map.at("data").fields();
    if (entries.size() > MOST_ENTRIES) {
      report.cutShort();
    }
    List<Cursor.Field> files = entries.subList(0, Math.min(MOST_ENTRIES, entries.size()));
    if (files.stream().noneMatch(DiscoverySettings::mayRegister)) {
      return;
    }
    ConfigUsers users = new ConfigUsers(map, mesh, report::cutShort);
    for (Cursor.Field file : files) {
      DiscoverySettings.inText(
              file.name(), file.value().text(""), users.profiles(), report::cutShort)
          .filter(users::mayRegister)
          .ifPresent(setting -> say(file.value(), setting, istio, report));
    }
  }

  private static void checkWorkload(Workload workload, Versions istio, Mesh mesh, Report report) {
    for (Cursor container : workload.template().allContainers()) {
      List<Found> found = settings(container, report);
      if (!found.isEmpty()) {
        RegistrationSwitches switches =
            ConfigUsers.switchesOf(workload, container, mesh, report::cutShort);
        found.stream()
            .filter(setting -> !switches.isOff(setting.name()))
            .forEach(setting -> say(setting.at(), setting.name(), istio, report));
      }
    }
  }

  /** A setting that registers the Pod's IP, and its place. */
  private record Found(Cursor at, String name) {}

  private static List<Found> settings(Cursor container, Report report) {
    List<Found> found = new ArrayList<>();
    Set<String> references = DiscoverySettings.references(container);
    for (Cursor variable : container.at("env").each()) {
      boolean literal = variable.at("value").isPresent();
      Cursor at = variable.at(literal ? "value" : "valueFrom");
      DiscoverySettings.inVariable(variable, references, report::cutShort)
          .ifPresent(setting -> found.add(new Found(at, setting)));
    }
    for (String field : List.of("command", "args")) {
      for (Cursor word : container.at(field).each()) {
        DiscoverySettings.inArguments(word.text(""))
            .ifPresent(setting -> found.add(new Found(word, setting)));
      }
    }
    return found;
  }

  private static void say(Cursor at, String setting, Versions istio, Report report) {
    String key = istio.in(NOT_FOUND).isMet() ? "old" : "found";
    report.say(at, key, setting).names(setting).advice("register-service");
  }
}
