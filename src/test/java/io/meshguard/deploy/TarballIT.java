package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.report.ProductInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The released tarball: what is in it, and that it runs where a Java is and nothing else. */
@Timeout(300)
final class TarballIT {

  private static final String MADE = "in the background";

  private static final String ROUTES =
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

  private final Path folder;
  private Tarball tarball;
  private String routes;

  TarballIT(@TempDir Path folder) throws Exception {
    this.folder = folder;
    tarball = Tarball.unpack(folder.resolve("with a space"));
    routes = Files.writeString(folder.resolve("routes.yaml"), ROUTES).toString();
  }

  @BeforeEach
  void nothingIsWrittenIntoIt() throws Exception {
    tarball.readOnly();
  }

  @Test
  void itsChecksumIsBesideIt() throws Exception {
    String sum =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(Tarball.FILE)));

    assertThat(Path.of(Tarball.FILE + ".sha256"))
        .hasContent(sum + "  " + Tarball.FILE.getFileName());
  }

  @Test
  void itSaysWhoseItsPartsAre() throws Exception {
    assertThat(tarball.home().resolve("LICENSE")).hasSameTextualContentAs(Path.of("LICENSE"));
    JsonNode parts =
        new ObjectMapper()
            .readTree(tarball.home().resolve("meshguard-sbom.json").toFile())
            .path("components");
    Set<String> told = new TreeSet<>();
    for (JsonNode part : parts) {
      assertThat(part.path("licenses")).as("%s", part.path("purl")).isNotEmpty();
      told.add(
          part.path("group").asText()
              + "."
              + part.path("name").asText()
              + "-"
              + part.path("version").asText());
    }
    try (Stream<Path> files = Files.walk(tarball.home().resolve("lib").resolve("lib"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".jar"))
          .isNotEmpty()
          .allSatisfy(
              name ->
                  assertThat(told)
                      .anyMatch(part -> name.startsWith(part) || name.equals(part + ".jar")));
    }
  }

  @Test
  void itRunsFromAFolderWithASpaceThroughLinks() throws Exception {
    Path links = Files.createDirectories(tarball.home().resolveSibling("links"));
    Files.createSymbolicLink(folder.resolve("indirect"), tarball.launcher());
    Files.createSymbolicLink(links.resolve("meshguard"), Path.of("../../indirect"));

    Tarball.Ran ran =
        tarball.run("sh", Map.of("MESHGUARD_ARCHIVE", "off"), "-c", "meshguard check " + routes);

    assertThat(ran.out()).contains("[unreachable-route] VirtualService shop/shop");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(ran.err()).isEmpty();
  }

  /** Those with few jars load every class that they need from them, also without an archive. */
  @Test
  void everyCommandFindsItsClasses() throws Exception {
    for (List<String> command :
        List.of(
            List.of("check", "-o", "sarif", routes),
            List.of("check", "--diff", "--unsafe-fixes", routes),
            List.of("rules", "-o", "json"),
            List.of("explain", "unreachable-route"),
            List.of("explain", "503 UF"),
            List.of("trace", "http://shop/cart", "--from", "shop/web", routes),
            List.of("trace", "http://shop/cart", "--at", "gateway:shop/a", "-o", "json", routes),
            List.of("diff", "-o", "markdown", routes, routes),
            List.of("test", routes),
            List.of("test", "init", routes),
            List.of("trace", "http://shop/", "--kubeconfig", folder.resolve("none").toString()),
            List.of("policy", "show"),
            List.of("generate-completion"),
            List.of("--help"),
            List.of("chekc"),
            List.of("--language", "zh", "rules"),
            List.of("audit"),
            List.of("webhook", "status"),
            List.of("serve", "--help"),
            List.of("demo", "--help"))) {
      Tarball.Ran ran = tarball.run(command.toArray(String[]::new));
      assertThat(ran.exitCode()).as("%s: %s", command, ran.err()).isLessThan(70);
      assertThat(ran.err()).doesNotContain("NoClassDef", "Exception", "WARN");
      assertThat(ran.out() + ran.err()).isNotEmpty();
    }
  }

  @Test
  void withoutAJavaItSaysWhatIsMissing() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("sh", "readlink")) {
      Files.createSymbolicLink(bin.resolve(tool), Path.of("/bin", tool).toRealPath());
    }

    Tarball.Ran ran = tarball.run(Map.of("PATH", bin.toString(), "JAVA_HOME", ""), "check", routes);

    assertThat(ran.err())
        .isEqualTo("meshguard: needs Java 17 or later; none found in JAVA_HOME or on the PATH\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void ofTwoFirstStartsOneMakesTheArchive() throws Exception {
    List<Process> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(tarball.start(tarball.launcher().toString(), Map.of(), "check", routes));
    }
    StringBuilder said = new StringBuilder();
    for (Process process : both) {
      said.append(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
      assertThat(process.waitFor()).isEqualTo(1);
    }
    assertThat(said.toString()).containsOnlyOnce(MADE).hasLineCount(1);

    while (tarball.archives().isEmpty()) {
      Thread.sleep(100);
    }
    assertThat(tarball.archives()).hasSize(1);
    assertThat(Files.size(tarball.archives().get(0))).isPositive();
    assertThat(tarball.run(Map.of(), "check", routes).err()).isEmpty();
  }

  @Test
  void aBrokenArchiveIsAsNone() throws Exception {
    tarball.run(Map.of("MESHGUARD_ARCHIVE", "now"), "check", routes);
    Path archive = tarball.archives().get(0);
    byte[] whole = Files.readAllBytes(archive);
    Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
    for (byte[] broken :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            Arrays.copyOf(whole, 1000),
            "no archive".getBytes(StandardCharsets.UTF_8),
            new byte[0])) {
      Files.write(archive, broken);

      Tarball.Ran ran = tarball.run(Map.of(), "check", routes);

      assertThat(ran.exitCode()).as("%s bytes", broken.length).isEqualTo(1);
      assertThat(ran.err()).isEmpty();
    }
  }

  @Test
  void whereNothingCanBeWrittenItRunsAllTheSame() throws Exception {
    Tarball.Ran ran =
        tarball.run(Map.of("XDG_CACHE_HOME", "", "HOME", ""), "--language=en", "check", routes);

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).isEmpty();
    assertThat(tarball.archives()).isEmpty();
    assertThat(tarball.run("--version").out()).isEqualTo("meshguard " + ProductInfo.VERSION + "\n");
  }
}
