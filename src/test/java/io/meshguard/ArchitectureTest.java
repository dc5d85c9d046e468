package io.meshguard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.meshguard.rule.Rule;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the walls between packages: data flows yaml → resource → mesh → rule → rules → outside. */
final class ArchitectureTest {

  private static final String ROOT = "io.meshguard";
  private static final Path SOURCES = Path.of("src/main/java/io/meshguard");

  private static final String[] PLAIN = {
    "io.meshguard.deadline..",
    "io.meshguard.logic..",
    "io.meshguard.yaml..",
    "io.meshguard.resource..",
    "io.meshguard.mesh..",
    "io.meshguard.istio..",
    "io.meshguard.traffic..",
    "io.meshguard.route..",
    "io.meshguard.trace..",
    "io.meshguard.change..",
    "io.meshguard.process..",
    "io.meshguard.match..",
    "io.meshguard.rule..",
    "io.meshguard.symptom..",
    "io.meshguard.expect..",
    "io.meshguard.rules..",
    "io.meshguard.upgrade..",
    "io.meshguard.engine..",
    "io.meshguard.policy..",
    "io.meshguard.pause..",
    "io.meshguard.audit..",
    "io.meshguard.export.."
  };

  /** What each room may import of this program; the order is that of the floors, lowest first. */
  private static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          entry("deadline", Set.of()),
          entry("logic", Set.of()),
          entry("http", Set.of()),
          entry("pause", Set.of()),
          entry("controlplane", Set.of()),
          entry("yaml", Set.of("deadline")),
          entry("match", Set.of("deadline", "logic")),
          entry("resource", Set.of("deadline", "yaml")),
          entry("mesh", Set.of("deadline", "logic", "resource")),
          entry("process", Set.of("deadline", "resource", "mesh")),
          entry("istio", Set.of("deadline", "logic", "yaml", "resource", "mesh")),
          entry("traffic", Set.of("deadline", "logic", "resource", "mesh", "istio")),
          entry(
              "route",
              Set.of("deadline", "logic", "resource", "mesh", "istio", "match", "traffic")),
          entry(
              "trace",
              Set.of(
                  "deadline",
                  "logic",
                  "yaml",
                  "resource",
                  "mesh",
                  "istio",
                  "match",
                  "traffic",
                  "route")),
          entry(
              "change",
              Set.of(
                  "deadline",
                  "logic",
                  "resource",
                  "mesh",
                  "istio",
                  "match",
                  "traffic",
                  "route",
                  "trace")),
          entry("export", Set.of("deadline", "yaml", "resource", "mesh", "istio")),
          entry("rule", Set.of("deadline", "yaml", "resource", "mesh")),
          entry(
              "rules",
              Set.of(
                  "deadline",
                  "logic",
                  "yaml",
                  "resource",
                  "mesh",
                  "process",
                  "istio",
                  "traffic",
                  "match",
                  "route",
                  "rule")),
          entry("engine", Set.of("deadline", "yaml", "resource", "mesh", "istio", "rule")),
          entry("policy", Set.of("deadline", "yaml", "resource", "mesh", "rule", "engine")),
          entry(
              "audit", Set.of("deadline", "resource", "mesh", "istio", "rule", "engine", "policy")),
          entry("symptom", Set.of("rule")),
          entry("upgrade", Set.of("deadline", "logic", "resource", "mesh", "istio", "rule")),
          entry(
              "expect",
              Set.of(
                  "deadline",
                  "yaml",
                  "resource",
                  "mesh",
                  "istio",
                  "match",
                  "traffic",
                  "route",
                  "trace",
                  "rule")),
          entry("report", Set.of("yaml", "resource", "mesh", "rule", "engine", "audit")),
          entry("files", Set.of("deadline", "yaml", "resource", "rule", "report")),
          entry("render", Set.of("deadline", "yaml", "resource", "rule", "report", "files")),
          entry(
              "lint",
              Set.of(
                  "deadline",
                  "yaml",
                  "resource",
                  "mesh",
                  "istio",
                  "rule",
                  "engine",
                  "policy",
                  "report",
                  "files")),
          entry(
              "lsp",
              Set.of(
                  "yaml",
                  "resource",
                  "mesh",
                  "rule",
                  "engine",
                  "policy",
                  "report",
                  "files",
                  "lint")),
          entry(
              "traceview",
              Set.of("yaml", "resource", "mesh", "match", "route", "trace", "rule", "report")),
          entry("dataplane", Set.of("controlplane")),
          entry("demo", Set.of("controlplane", "dataplane", "rule", "report")),
          entry(
              "kube",
              Set.of("deadline", "resource", "mesh", "istio", "rule", "engine", "policy", "audit")),
          entry(
              "admission",
              Set.of(
                  "deadline",
                  "http",
                  "pause",
                  "logic",
                  "yaml",
                  "resource",
                  "mesh",
                  "istio",
                  "match",
                  "route",
                  "change",
                  "rule",
                  "rules",
                  "engine",
                  "policy",
                  "report")),
          entry(
              "cli",
              Set.of(
                  "deadline",
                  "http",
                  "pause",
                  "yaml",
                  "resource",
                  "mesh",
                  "istio",
                  "match",
                  "traffic",
                  "route",
                  "trace",
                  "traceview",
                  "change",
                  "rule",
                  "rules",
                  "symptom",
                  "upgrade",
                  "expect",
                  "engine",
                  "policy",
                  "audit",
                  "report",
                  "files",
                  "render",
                  "lint",
                  "lsp",
                  "export",
                  "kube",
                  "demo")),
          entry("server.tls", Set.of("kube")),
          entry("server.leader", Set.of("kube")),
          entry(
              "server.mesh",
              Set.of(
                  "deadline",
                  "logic",
                  "resource",
                  "mesh",
                  "istio",
                  "rule",
                  "policy",
                  "audit",
                  "kube")),
          entry(
              "server.audit",
              Set.of(
                  "resource",
                  "mesh",
                  "rule",
                  "rules",
                  "engine",
                  "policy",
                  "audit",
                  "report",
                  "kube",
                  "server.mesh")),
          entry(
              "server.policy",
              Set.of("pause", "resource", "rule", "policy", "report", "kube", "server.audit")),
          entry("server.webhook", Set.of("pause", "resource", "rule", "policy", "audit", "kube")),
          entry(
              "server",
              Set.of(
                  "pause",
                  "resource",
                  "mesh",
                  "rules",
                  "policy",
                  "kube",
                  "server.tls",
                  "server.leader",
                  "server.mesh",
                  "server.audit",
                  "server.policy",
                  "server.webhook")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.meshguard");

  @Test
  void thePlainPackagesKnowNoFrameworkAndNoOutside() {
    noClasses()
        .that()
        .resideInAnyPackage(PLAIN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "jakarta..",
            "io.fabric8.kubernetes..",
            "io.vertx..",
            "java.net..",
            "java.net.http..",
            "java.nio.file..",
            "org.jboss..",
            "picocli..")
        .check(CLASSES);
  }

  @Test
  void thePlainPackagesReadNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage(PLAIN)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.LocalDate.class, "now")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(CLASSES);
  }

  @Test
  void eachPackageImportsOnlyWhatItsPackageInfoSays() {
    ROOMS.forEach(
        (room, below) ->
            noClasses()
                .that(resideIn(Set.of(room)))
                .should()
                .dependOnClassesThat(
                    resideInAPackage(ROOT + "..")
                        .and(not(resideIn(Set.of(room))))
                        .and(not(resideIn(below))))
                .because(room + " may import " + below)
                .check(CLASSES));
  }

  @Test
  void everyPackageHasWalls() {
    Set<String> rooms =
        CLASSES.stream()
            .map(type -> room(type.getPackageName()))
            .filter(room -> !room.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rooms).isEqualTo(new TreeSet<>(ROOMS.keySet()));
    assertThat(rooms)
        .allSatisfy(
            room ->
                assertThat(SOURCES.resolve(room.replace('.', '/')).resolve("package-info.java"))
                    .exists());
  }

  /** Of the subpackages only those of the server have walls of their own. */
  private static String room(String packageName) {
    String name = packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    int dot = name.indexOf('.');
    return dot < 0 || name.startsWith("server.") ? name : name.substring(0, dot);
  }

  private static DescribedPredicate<JavaClass> resideIn(Set<String> rooms) {
    return DescribedPredicate.describe(
        "reside in " + rooms, type -> rooms.contains(room(type.getPackageName())));
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.meshguard.(*)..").should().beFreeOfCycles().check(CLASSES);
    slices().matching("io.meshguard.server.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void rulesAreFinalAndHaveNoState() {
    classes()
        .that()
        .implement(Rule.class)
        .should()
        .haveModifier(JavaModifier.FINAL)
        .andShould()
        .haveOnlyFinalFields()
        .check(CLASSES);
  }

  @Test
  void textFromUsersNeverMeetsABacktrackingMatcher() {
    noClasses()
        .that()
        .resideInAnyPackage(PLAIN)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.regex..")
        .check(CLASSES);
  }
}
