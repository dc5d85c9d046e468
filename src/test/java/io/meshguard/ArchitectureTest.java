package io.meshguard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.meshguard.rule.Rule;
import org.junit.jupiter.api.Test;

/** Holds the walls between packages: data flows resource → mesh → rule → rules → the outside. */
final class ArchitectureTest {

  private static final String[] PLAIN = {
    "io.meshguard.deadline..",
    "io.meshguard.resource..",
    "io.meshguard.mesh..",
    "io.meshguard.match..",
    "io.meshguard.rule..",
    "io.meshguard.rules..",
    "io.meshguard.policy..",
    "io.meshguard.pause..",
    "io.meshguard.audit..",
    "io.meshguard.snapshot.."
  };

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
    onlyBelow("io.meshguard.deadline..");
    onlyBelow("io.meshguard.resource..");
    onlyBelow("io.meshguard.match..");
    onlyBelow("io.meshguard.mesh..", "io.meshguard.resource..");
    onlyBelow("io.meshguard.rule..", "io.meshguard.resource..", "io.meshguard.mesh..");
    onlyBelow(
        "io.meshguard.rules..",
        "io.meshguard.resource..",
        "io.meshguard.mesh..",
        "io.meshguard.match..",
        "io.meshguard.rule..");
    onlyBelow(
        "io.meshguard.policy..",
        "io.meshguard.resource..",
        "io.meshguard.mesh..",
        "io.meshguard.rule..");
    onlyBelow("io.meshguard.http..");
    onlyBelow("io.meshguard.pause..");
    onlyBelow("io.meshguard.snapshot..", "io.meshguard.resource..", "io.meshguard.mesh..");
    onlyBelow(
        "io.meshguard.audit..",
        "io.meshguard.resource..",
        "io.meshguard.mesh..",
        "io.meshguard.rule..",
        "io.meshguard.policy..");
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.meshguard.(*)..").should().beFreeOfCycles().check(CLASSES);
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

  private static void onlyBelow(String those, String... allowed) {
    noClasses()
        .that()
        .resideInAPackage(those)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.meshguard..")
                .and(not(resideInAnyPackage(with(those, allowed))))
                .and(not(resideInAPackage("io.meshguard.deadline.."))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static String[] with(String first, String... others) {
    String[] all = new String[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }
}
