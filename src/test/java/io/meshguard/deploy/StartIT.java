package io.meshguard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a start costs, compared with a JVM that prints two letters in the same minute: loaded
 * classes and processor time, which do not depend on how busy the machine is.
 *
 * <p>With JDK 17 {@code --version} takes 1.4 times the classes and 1.4 times the processor time,
 * {@code check} of one file 5.4 and 7.6 times. Before commands got a class path of their own it was
 * 3.7 and 9.4 times, and 7.0 and 13 times.
 */
@Timeout(300)
final class StartIT {

  private static final double VERSION_CLASSES = 1.7;
  private static final double VERSION_TIME = 3;
  private static final double CHECK_TIME = 11;

  /** A cache of JDK 25 brings all classes that were ever seen, at once. */
  private static final double CHECK_CLASSES = Runtime.version().feature() < 25 ? 6.4 : 9.5;

  private static final int ROUNDS = 5;

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Pattern MINUTES = Pattern.compile("(\\d+)m(\\d+(?:\\.\\d+)?)s");

  private final Path folder;
  private final String file;

  StartIT(@TempDir Path folder) throws Exception {
    this.folder = folder;
    this.file =
        Files.writeString(
                folder.resolve("shop.yaml"),
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shop, namespace: shop}
                spec:
                  hosts: [shop]
                  http:
                  - match: [{uri: {prefix: /cart}}]
                    route: [{destination: {host: cart}}]
                  - route: [{destination: {host: shop}}]
                """)
            .toString();
  }

  @Test
  void aStartCostsLittleMoreThanAJvm() throws Exception {
    Tarball tarball = Tarball.unpack(folder).readOnly();
    tarball.run(Map.of("MESHGUARD_ARCHIVE", "now"), "check", file);
    assertThat(Files.size(tarball.archives().get(0))).isPositive();
    String launcher = tarball.launcher().toString();
    String least =
        JAVA
            + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 $JAVA_OPTS -cp target/test-classes "
            + TwoLetters.class.getName();
    String version = launcher + " --version";
    String check = launcher + " check " + file;

    double fewest = classes(tarball, least);
    assertThat(classes(tarball, version) / fewest).as("classes").isLessThan(VERSION_CLASSES);
    assertThat(classes(tarball, check) / fewest).as("classes").isLessThan(CHECK_CLASSES);

    double shortest = seconds(tarball, least);
    assertThat(seconds(tarball, version) / shortest).as("time").isLessThan(VERSION_TIME);
    assertThat(seconds(tarball, check) / shortest).as("time").isLessThan(CHECK_TIME);
  }

  private double classes(Tarball tarball, String command) throws Exception {
    Path log = folder.resolve("classes.log");
    tarball.run(
        "sh", Map.of("JAVA_OPTS", "-Xlog:class+load:file=" + log + "::filecount=0"), "-c", command);
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("source:")).count();
    }
  }

  /** Returns the processor time of a command and of what it starts, of several runs together. */
  private static double seconds(Tarball tarball, String command) throws Exception {
    String rounds = (command + " >/dev/null; ").repeat(ROUNDS);
    Tarball.Ran ran = tarball.run("sh", Map.of(), "-c", rounds + "times");
    assertThat(ran.err()).isEmpty();
    String children = ran.out().lines().skip(1).findFirst().orElseThrow();
    return MINUTES
        .matcher(children)
        .results()
        .mapToDouble(
            time -> 60 * Double.parseDouble(time.group(1)) + Double.parseDouble(time.group(2)))
        .sum();
  }
}
