package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The launcher starts commands that talk to no cluster with a few jars. Whatever such a command can
 * come to is in them, so that no class is ever missing.
 */
final class LocalClassPathTest {

  /** Loaded only by commands that the launcher starts with all jars, or for a named cluster. */
  private static final Set<Class<?>> BEHIND_GATES =
      Set.of(
          ServeCommand.class,
          AuditCommand.class,
          PolicyCommand.class,
          MeshCommand.class,
          AccessCommand.class,
          WebhookCommand.class,
          LspCommand.class,
          LiveWorld.class,
          StoredObjects.class);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.meshguard");

  private static final Pattern JAR = Pattern.compile("/repository/(.+)/[^/]+/[^/]+/([^/]+\\.jar)$");

  @Test
  void localCommandsComeToNoOtherJar() throws Exception {
    assertThat(missing(BEHIND_GATES)).isEmpty();
  }

  @Test
  void behindEachGateIsOne() throws Exception {
    for (Class<?> gate : BEHIND_GATES) {
      Set<Class<?>> others = new HashSet<>(BEHIND_GATES);
      others.remove(gate);
      if (gate != PolicyCommand.class) {
        assertThat(missing(others)).as("%s", gate).isNotEmpty();
      }
    }
  }

  private static Set<String> missing(Set<Class<?>> gates) throws Exception {
    List<String> needed = needed();
    assertThat(needed).hasSizeGreaterThan(4);
    Set<String> missing = new TreeSet<>();
    for (Dependency dependency : reached(gates)) {
      jar(dependency.getTargetClass())
          .filter(jar -> needed.stream().noneMatch(jar::startsWith))
          .ifPresent(jar -> missing.add(dependency.getOriginClass().getName() + " needs " + jar));
    }
    return missing;
  }

  private static Set<Dependency> reached(Set<Class<?>> gates) {
    Set<Dependency> found = new HashSet<>();
    Set<String> seen = new HashSet<>();
    gates.forEach(gate -> seen.add(gate.getName()));
    Deque<JavaClass> open = new ArrayDeque<>(List.of(CLASSES.get(Main.class)));
    while (!open.isEmpty()) {
      for (Dependency dependency : open.pop().getDirectDependenciesFromSelf()) {
        found.add(dependency);
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        boolean own = target.getPackageName().startsWith("io.meshguard");
        if (own && seen.add(target.getName()) && CLASSES.contain(target.getName())) {
          open.push(target);
        }
      }
    }
    return found;
  }

  /** Returns the jar that a class is from, as the packaged program names it. */
  private static Optional<String> jar(JavaClass type) {
    JavaClass element = type.getBaseComponentType();
    if (element.isPrimitive() || element.getPackageName().startsWith("io.meshguard")) {
      return Optional.empty();
    }
    try {
      Class<?> loaded =
          Class.forName(element.getName(), false, LocalClassPathTest.class.getClassLoader());
      CodeSource source = loaded.getProtectionDomain().getCodeSource();
      return Optional.ofNullable(source)
          .map(from -> JAR.matcher(from.getLocation().toString()))
          .filter(Matcher::find)
          .map(jar -> "lib/main/" + jar.group(1).replace('/', '.') + "." + jar.group(2));
    } catch (ClassNotFoundException e) {
      return Optional.of(element.getName());
    }
  }

  private static List<String> needed() throws Exception {
    String source = Files.readString(Path.of("src/main/packaging/LocalClassPath.java"));
    String list = source.substring(source.indexOf("NEEDED"), source.indexOf("/** Its classes"));
    return Pattern.compile("\"(lib/main/[^\"]+)\"")
        .matcher(list)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
