package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.meshguard.report.ProductInfo;
import io.meshguard.yaml.YamlReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What hooks and pipelines run, run as they do, with a release on a server of this machine. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class CiFilesTest {

  private static final String NAME = "meshguard-" + ProductInfo.VERSION;

  private final Path dir;
  private final Path clone;
  private final Path bin;
  private final HttpServer server;
  private final List<String> asked = new ArrayList<>();
  private final Map<String, byte[]> served = new TreeMap<>();

  CiFilesTest(@TempDir Path dir) throws IOException {
    this.dir = dir;
    clone = Files.createDirectories(dir.resolve("a clone"));
    bin = Files.createDirectories(dir.resolve("bin"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void aCloneAndAServer() throws Exception {
    Files.createDirectories(clone.resolve("ci"));
    Files.copy(Path.of("pom.xml"), clone.resolve("pom.xml"));
    Files.copy(
        Path.of("ci/meshguard"), clone.resolve("ci/meshguard"), StandardCopyOption.COPY_ATTRIBUTES);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          byte[] bytes = served.get(path);
          exchange.sendResponseHeaders(bytes == null ? 404 : 200, bytes == null ? -1 : 0);
          try (OutputStream out = exchange.getResponseBody()) {
            if (bytes != null) {
              out.write(bytes);
            }
          }
        });
    server.start();
    release("released");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theReleaseIsDownloadedOnce() throws Exception {
    Ended first = ci("check", "a file.yaml");
    Ended second = ci("check", "b.yaml");

    assertThat(first.out()).isEqualTo("released check a file.yaml\n");
    assertThat(first.err()).startsWith("meshguard: downloading http").hasLineCount(1);
    assertThat(second.out()).isEqualTo("released check b.yaml\n");
    assertThat(second.err()).isEmpty();
    assertThat(asked).containsExactly("/r/" + NAME + ".tar.gz.sha256", "/r/" + NAME + ".tar.gz");
  }

  @Test
  void aReleaseWithAnotherChecksumIsNotUsed() throws Exception {
    for (String sum : List.of("0".repeat(64) + "  x\n", "", "<html>")) {
      served.put("/r/" + NAME + ".tar.gz.sha256", sum.getBytes(StandardCharsets.UTF_8));

      Ended ended = ci("check", "x");

      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).contains("has not the checksum of", "so it is not used");
      assertThat(dir.resolve("cache/meshguard/releases")).isEmptyDirectory();
    }
  }

  @Test
  void whatCannotBeFoundIsSaid() throws Exception {
    served.clear();
    assertThat(ci("check", "x").err()).contains("meshguard: cannot download http");

    Ended nowhere = run(clone, Map.of(), clone.resolve("ci/meshguard").toString(), "check");
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("set MESHGUARD_HOME or MESHGUARD_RELEASES");
  }

  @Test
  void whatIsThereIsNotDownloaded() throws Exception {
    Path home = dir.resolve("home");
    program(home.resolve("bin/meshguard"), "of the home");
    program(bin.resolve("meshguard"), "of the path");
    String script = clone.resolve("ci/meshguard").toString();

    assertThat(run(dir, Map.of(), script, "x").out()).isEqualTo("of the path x\n");
    assertThat(run(dir, Map.of("MESHGUARD_HOME", home.toString()), script, "x").out())
        .isEqualTo("of the home x\n");
    assertThat(run(dir, Map.of("MESHGUARD_HOME", "/nowhere"), script, "x").err())
        .isEqualTo("meshguard: MESHGUARD_HOME=/nowhere holds no bin/meshguard\n");
    Files.delete(bin.resolve("meshguard"));
    Files.createDirectories(clone.resolve("target/quarkus-app"));
    Files.createFile(clone.resolve("target/quarkus-app/meshguard-local.jar"));
    program(clone.resolve("meshguard"), "of the build");
    assertThat(run(dir, Map.of(), script, "x").out()).isEqualTo("of the build x\n");
    assertThat(asked).isEmpty();
  }

  @Test
  void theActionChecksAndSaysWhatCameOfIt() throws Exception {
    real(bin.resolve("meshguard"));
    Shop.write(dir, "routes.yaml", Shop.RETRIES);
    String policy = Shop.write(dir, "policy", Shop.policy("implicit-retries", "warn"));

    Ended clean = action(Map.of("PATHS", "routes.yaml", "FAIL_ON", "deny"));
    Ended found =
        action(
            Map.of(
                "PATHS", "routes.yaml",
                "FAIL_ON", "warn",
                "SARIF", "found it.sarif",
                "ARGUMENTS", "--policy " + policy));

    assertThat(clean.exitCode()).as(clean.err()).isZero();
    assertThat(clean.out()).endsWith("sarif=\nexit-code=0\n");
    assertThat(found.exitCode()).as(found.err()).isEqualTo(1);
    assertThat(found.out())
        .contains("::warning title=", "file=routes.yaml", "[implicit-retries]")
        .endsWith("sarif=found it.sarif\nexit-code=1\n");
    assertThat(Files.readString(dir.resolve("found it.sarif"))).contains("implicit-retries");
  }

  @Test
  void theActionDeclaresWhatItReads() throws Exception {
    JsonNode action = yaml(Path.of("action.yml"));
    JsonNode step = action.at("/runs/steps/0");
    List<String> inputs = new ArrayList<>();
    step.path("env")
        .forEach(value -> inputs.add(value.asText().replaceAll(".*inputs\\.([a-z-]+).*", "$1")));

    assertThat(action.at("/runs/using").asText()).isEqualTo("composite");
    assertThat(inputs)
        .containsExactlyInAnyOrderElementsOf(() -> action.path("inputs").fieldNames());
    action
        .path("outputs")
        .properties()
        .forEach(
            output ->
                assertThat(output.getValue().path("value").asText())
                    .isEqualTo("${{ steps.check.outputs." + output.getKey() + " }}"));
  }

  @Test
  void theGitLabJobDownloadsChecksAndReports() throws Exception {
    JsonNode job = yaml(Path.of("ci/gitlab/meshguard.gitlab-ci.yml")).path("meshguard");
    Map<String, String> environment =
        Map.of(
            "MESHGUARD_VERSION",
            ProductInfo.VERSION,
            "MESHGUARD_RELEASES",
            releases(),
            "MESHGUARD_FAIL_ON",
            "warn",
            "MESHGUARD_PATHS",
            "deploy charts",
            "XDG_CACHE_HOME",
            dir.resolve("cache").toString());
    for (int round = 0; round < 2; round++) {
      StringBuilder script = new StringBuilder();
      job.path("script").forEach(line -> script.append(line.asText()).append('\n'));
      Ended ended = run(dir, environment, "sh", "-c", script.toString());

      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertThat(ended.out())
          .endsWith(
              "released check --fail-on warn -o text -o gitlab=gl-code-quality-report.json deploy"
                  + " charts\n");
    }
    assertThat(asked).hasSize(2);
    assertThat(job.at("/artifacts/reports/codequality").asText())
        .isEqualTo("gl-code-quality-report.json");
  }

  @Test
  void thePluginOfArgoCdHandsOnlyOnWhatIsNotDenied() throws Exception {
    real(bin.resolve("meshguard"));
    script(bin.resolve("kustomize"), "cat all.yaml");
    JsonNode generate = yaml(Path.of("ci/argocd/plugin.yaml")).at("/spec/generate");
    List<String> command = new ArrayList<>();
    generate.path("command").forEach(word -> command.add(word.asText()));
    generate.path("args").forEach(word -> command.add(word.asText()));

    Shop.write(dir, "all.yaml", Shop.SERVICE);
    Ended clean = run(dir, Map.of(), command.toArray(String[]::new));
    Shop.write(dir, "all.yaml", UNREACHABLE);
    Ended denied = run(dir, Map.of(), command.toArray(String[]::new));

    assertThat(clean.exitCode()).as(clean.err()).isZero();
    assertThat(clean.out()).isEqualTo(Shop.SERVICE);
    assertThat(denied.exitCode()).isEqualTo(1);
    assertThat(denied.out()).isEmpty();
    assertThat(denied.err()).contains("[unreachable-route]");
  }

  @Test
  void thePipelineForFluxChecksEachFolder() throws Exception {
    real(bin.resolve("meshguard"));
    script(bin.resolve("kustomize"), "cat \"$2/all.yaml\"");
    Shop.write(Files.createDirectories(dir.resolve("good")), "all.yaml", Shop.SERVICE);
    Shop.write(Files.createDirectories(dir.resolve("bad")), "all.yaml", UNREACHABLE);
    String script = Path.of("ci/flux/check.sh").toAbsolutePath().toString();

    assertThat(run(dir, Map.of(), script, "good").exitCode()).isZero();
    assertThat(run(dir, Map.of(), script, "bad", "good").exitCode()).isEqualTo(1);
    assertThat(run(dir, Map.of(), script, "nowhere").exitCode()).isEqualTo(2);
  }

  @Test
  void theJobOfArgoCdHasNoFindingItself() {
    Ran ran = Ran.of("check", "--fail-on", "warn", "ci/argocd/presync.yaml");

    assertThat(ran.exitCode()).as(ran.out()).isZero();
    assertThat(ran.out()).contains("1 object checked");
  }

  private static final String UNREACHABLE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /cart}}]
          route: [{destination: {host: cart}}]
      """;

  /** What a process left. */
  private record Ended(int exitCode, String out, String err) {}

  private Ended ci(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(clone.resolve("ci/meshguard").toString()));
    command.addAll(List.of(arguments));
    return run(clone, Map.of("MESHGUARD_RELEASES", releases()), command.toArray(String[]::new));
  }

  /** Runs the action's step, and returns the step's outputs after what it printed. */
  private Ended action(Map<String, String> inputs) throws Exception {
    Path output = dir.resolve("outputs");
    Files.deleteIfExists(output);
    Map<String, String> environment = new TreeMap<>();
    JsonNode step = yaml(Path.of("action.yml")).at("/runs/steps/0");
    step.path("env").fieldNames().forEachRemaining(name -> environment.put(name, ""));
    environment.putAll(inputs);
    environment.put("GITHUB_OUTPUT", output.toString());
    environment.put("GITHUB_ACTION_PATH", Path.of("").toAbsolutePath().toString());
    Path script = dir.resolve("step.sh");
    Files.writeString(script, step.path("run").asText());
    // as GitHub's runner starts a step whose shell is bash
    Ended ended =
        run(
            dir,
            environment,
            "bash",
            "--noprofile",
            "--norc",
            "-e",
            "-o",
            "pipefail",
            script.toString());
    return new Ended(ended.exitCode(), ended.out() + Files.readString(output), ended.err());
  }

  private Ended run(Path folder, Map<String, String> environment, String... command)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> all = builder.environment();
    all.keySet().removeIf(name -> name.startsWith("MESHGUARD_") || name.startsWith("GITHUB_"));
    all.put("PATH", bin + ":/usr/local/bin:/usr/bin:/bin");
    all.put("XDG_CACHE_HOME", dir.resolve("cache").toString());
    all.put("LC_ALL", "C.UTF-8");
    all.putAll(environment);
    Path err = Files.createTempFile(dir, "err", "");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, Files.readString(err));
  }

  private String releases() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/r";
  }

  /** Serves a release that prints a word and its arguments. */
  private void release(String word) throws Exception {
    Path folder = Files.createDirectories(dir.resolve("release"));
    program(folder.resolve(NAME).resolve("bin/meshguard"), word);
    Ended tar = run(folder, Map.of(), "tar", "czf", "tarball", NAME);
    assertThat(tar.exitCode()).as(tar.err()).isZero();
    byte[] tarball = Files.readAllBytes(folder.resolve("tarball"));
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(tarball));
    served.put("/r/" + NAME + ".tar.gz", tarball);
    served.put(
        "/r/" + NAME + ".tar.gz.sha256",
        (sum + "  " + NAME + ".tar.gz\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void program(Path file, String word) throws IOException {
    script(file, "echo " + word + " \"$@\"");
  }

  /** Makes this program, as it was compiled, a command. */
  private static void real(Path file) throws IOException {
    script(
        file,
        "exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\""
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Main.class.getName()));
  }

  private static void script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static JsonNode yaml(Path file) throws Exception {
    return YamlReader.readOne(Files.readString(file)).tree();
  }
}
