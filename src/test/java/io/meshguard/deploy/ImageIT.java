package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Dockerfile does, done here without Docker, on the application as it was packaged. */
final class ImageIT {

  private static final Path APPLICATION = Path.of("target", "quarkus-app").toAbsolutePath();
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final List<String> CONTEXT =
      List.of("pom.xml", ".mvn", "src/main", "docs/rules", "docs/schema");

  /** What Quarkus 3.32 writes here holds names that depend on the order of its threads. */
  private static final String GENERATED = "quarkus/generated-bytecode.jar";

  /** A sum over the jars of local commands, among them the program's own. */
  private static final String JARS_ID = "meshguard-local.id";

  /** Holds the services of all jars, so that it differs where one has fewer. */
  private static final String SERVICES = "quarkus/quarkus-application.dat";

  private static final String DEMO = "io.meshguard.cli.DemoProvider";
  private static final String HTTP = "io.meshguard.http.ConnectionGuards";

  private static final Map<String, String> ANY_PORT =
      Map.of(
          "QUARKUS_HTTP_HOST", "127.0.0.1",
          "QUARKUS_HTTP_SSL_PORT", "0",
          "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
          "QUARKUS_MANAGEMENT_PORT", "0");

  @TempDir Path folder = Path.of("");

  @Test
  void stepsAreScriptsThatAreInTheImage() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("Dockerfile"));
    List<String> steps =
        lines.stream()
            .filter(line -> line.startsWith("RUN "))
            .map(line -> line.substring(4))
            .toList();

    assertThat(steps)
        .containsExactly("src/main/docker/build", "/opt/meshguard/docker/train /opt/meshguard");
    assertThat(lines)
        .contains(
            "COPY --from=build /build/src/main/docker /opt/meshguard/docker",
            "ENTRYPOINT [\"/opt/meshguard/docker/entrypoint\"]",
            "USER 65532:65532");
    for (String script : List.of("build", "train", "entrypoint")) {
      assertThat(Script.FOLDER.resolve(script)).isExecutable();
    }
    assertThat(Script.FOLDER.resolve("review.json")).exists();
  }

  /** The folders that the build reads are in the build's context, and its results are not. */
  @Test
  void theContextHoldsTheSources() throws Exception {
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .contains("*")
        .containsAll(CONTEXT.stream().map(name -> "!" + name).toList());
    Pattern directory = Pattern.compile("<directory>(.+)</directory>");
    assertThat(directory.matcher(Golden.read(Path.of("pom.xml"))).results())
        .extracting(match -> match.group(1))
        .containsExactly("src/main/resources", "docs/rules", "docs/schema");
  }

  /** Runs the Dockerfile's build on its context alone, in another folder and at another time. */
  @Test
  void buildingAgainGivesTheSameBytes() throws Exception {
    assumeThat(System.getenv("MESHGUARD_REBUILD")).isNotEqualTo("skip");
    Path copy = folder.resolve("elsewhere");
    for (String name : CONTEXT) {
      Script.copy(Path.of(name), copy.resolve(name));
    }
    Files.writeString(copy.resolve(".mvn").resolve("maven.config"), "-o\n" + repository());

    Script.Result built =
        Script.run(copy.resolve("src/main/docker/build"), JAVA, Map.of(), Duration.ofMinutes(20));

    assertThat(built.exitCode()).as(built.output()).isZero();
    Map<String, byte[]> first = files(APPLICATION);
    Map<String, byte[]> second = files(copy.resolve("target").resolve("quarkus-app"));
    assertThat(second.keySet()).isEqualTo(first.keySet()).contains("quarkus-run.jar", GENERATED);
    assertThat(first.remove(JARS_ID)).isNotEqualTo(second.remove(JARS_ID));
    assertThat(entries(second.remove(GENERATED))).isEqualTo(entries(first.remove(GENERATED)));
    assertShipsNoDemo(first.remove(application(first)), second.remove(application(second)));
    assertThat(text(first.remove(SERVICES))).contains(DEMO, HTTP);
    assertThat(text(second.remove(SERVICES))).doesNotContain(DEMO).contains(HTTP);
    assertThat(second)
        .allSatisfy((name, bytes) -> assertThat(Arrays.equals(bytes, first.get(name))).isTrue());
  }

  /** The image has every class of the program but those of the demo and its control plane. */
  private static void assertShipsNoDemo(byte[] all, byte[] image) throws Exception {
    List<String> expected = new ArrayList<>(entries(all));
    assertThat(expected)
        .contains("io/meshguard/demo/Demo.class", "io/meshguard/controlplane/GoBuild.class");
    expected.removeIf(
        name ->
            !name.endsWith("/")
                && (name.startsWith("io/meshguard/demo/")
                    || name.startsWith("io/meshguard/controlplane/")
                    || name.startsWith("io/meshguard/dataplane/")
                    || name.startsWith("controlplane/")
                    || name.startsWith("io/meshguard/cli/Demo")
                    || name.equals("META-INF/services/io.meshguard.cli.OptionalCommand")));
    List<String> shipped = new ArrayList<>(entries(image));
    assertThat(withoutFolders(shipped))
        .noneMatch(
            name ->
                name.matches("(io/meshguard/(demo|dataplane)|(io/meshguard/)?controlplane)/.+"));
    assertThat(withoutFolders(shipped)).isEqualTo(withoutFolders(expected));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static List<String> withoutFolders(List<String> names) {
    return names.stream().filter(name -> !name.endsWith("/")).toList();
  }

  private static String application(Map<String, byte[]> files) {
    return files.keySet().stream()
        .filter(name -> name.matches("app/meshguard-.*\\.jar"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anySubcommandRuns() throws Exception {
    Map<String, String> home = Map.of("MESHGUARD_HOME", APPLICATION.toString());
    Script.Result explained = run("entrypoint", JAVA, home, "explain", "implicit-retries");
    assertThat(explained.exitCode()).as(explained.output()).isZero();
    assertThat(explained.output()).contains("implicit-retries");

    Script.Result unknown = run("entrypoint", JAVA, home, "sreve");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.output()).contains("sreve");
  }

  @Test
  void itServesUnlessToldOtherwiseAndEndsWhenAsked() throws Exception {
    assertThat(served(APPLICATION, JAVA, Map.of())).contains("Listening on: https://127.0.0.1:");
  }

  @Test
  void anOlderJavaIsToldToHaveNoCache() throws Exception {
    assumeThat(Runtime.version().feature()).isLessThan(25);

    assertThat(run("train", JAVA, Map.of(), folder.toString()))
        .isEqualTo(
            new Script.Result(
                0,
                "train: no AOT cache, for that takes JDK 25 and this is %d\n"
                    .formatted(Runtime.version().feature())));
    assertThat(folder).isEmptyDirectory();
  }

  /** With {@code AOTMode=on} a JVM that cannot use its cache does not start. */
  @Test
  void trainingLeavesACacheThatTheServerStartsWith() throws Exception {
    Optional<Path> newest = jdk25();
    assumeThat(newest).as("a JDK 25, as JAVA_HOME_25 or below /usr/lib/jvm").isPresent();
    Path java = newest.orElseThrow();
    Path home = folder.resolve("home");
    Script.copy(APPLICATION, home);

    Script.Result trained = run("train", java, Map.of(), home.toString());

    assertThat(trained.exitCode()).as(trained.output()).isZero();
    Map<String, String> strict = Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on");
    assertThat(served(home, java, strict)).contains("Listening on: https://127.0.0.1:");
    Files.delete(home.resolve("meshguard.aot"));
    Files.writeString(home.resolve("meshguard.aot"), "spoilt");
    assertThat(served(home, java, strict)).doesNotContain("Listening on");
    assertThat(served(home, java, Map.of()))
        .as("a cache that cannot be used is no reason not to serve")
        .contains("Listening on");
  }

  /** Starts the server, ends it once it listens, and returns its log. */
  private String served(Path home, Path java, Map<String, String> more) throws Exception {
    Path log = folder.resolve("serve.log");
    Map<String, String> environment = new TreeMap<>(ANY_PORT);
    environment.put("MESHGUARD_HOME", home.toString());
    environment.putAll(more);
    Process server = Script.start(Script.FOLDER.resolve("entrypoint"), java, log, environment);
    try {
      for (int tries = 0; tries < 1_200 && server.isAlive(); tries++) {
        if (Files.readString(log).contains("Listening on")) {
          break;
        }
        Thread.sleep(100);
      }
      boolean served = server.isAlive();
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      if (served) {
        assertThat(server.exitValue()).isIn(0, 143);
      }
      return Files.readString(log);
    } finally {
      server.destroyForcibly();
    }
  }

  private static Script.Result run(
      String script, Path java, Map<String, String> environment, String... arguments)
      throws Exception {
    return Script.run(
        Script.FOLDER.resolve(script), java, environment, Duration.ofMinutes(3), arguments);
  }

  /** Maven's repository is that of the build which runs this test. */
  private static String repository() {
    String folder = System.getProperty("maven.repo.local", System.getProperty("localRepository"));
    return folder == null ? "" : "-Dmaven.repo.local=" + folder + "\n";
  }

  private static Optional<Path> jdk25() throws Exception {
    if (Runtime.version().feature() >= 25) {
      return Optional.of(JAVA);
    }
    String named = System.getenv("JAVA_HOME_25");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (var homes = Files.list(all)) {
      return homes
          .filter(home -> home.getFileName().toString().contains("25"))
          .filter(home -> Files.isExecutable(home.resolve("bin").resolve("java")))
          .sorted()
          .findFirst();
    }
  }

  private static List<String> entries(byte[] jar) throws Exception {
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  private static Map<String, byte[]> files(Path root) throws Exception {
    Map<String, byte[]> files = new TreeMap<>();
    try (var all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }
}
