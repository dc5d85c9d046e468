package io.meshguard.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Istio's custom resource definitions.
 *
 * @param origin where they are from, for people
 * @param genuine whether they are Istio's own; else they accept any spec
 * @param yaml the documents
 */
public record IstioCrds(String origin, boolean genuine, String yaml) {
  private static final String FILE = "customresourcedefinitions.gen.yaml";
  private static final String ENTRY = "istio-api-" + Versions.ISTIO_API;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Returns Istio's own definitions, from what an earlier run fetched, else from the Go module
   * istio.io/api; where neither can be had, definitions of the same kinds that accept any spec.
   */
  public static IstioCrds load(Progress progress) throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    return load(
        BinaryCache.ofUser(environment, System.getProperty("user.home")),
        GoToolchain.ofUser(environment),
        progress);
  }

  static IstioCrds load(BinaryCache cache, GoToolchain go, Progress progress)
      throws IOException, InterruptedException {
    Optional<Path> cached = cache.file(ENTRY, FILE);
    if (cached.isPresent()) {
      return genuine(cached.get());
    }
    Path work = Files.createTempDirectory("meshguard-istio-");
    try (CacheLock lock = CacheLock.acquire(cache.root(), progress)) {
      Optional<Path> meanwhile = cache.file(ENTRY, FILE);
      if (meanwhile.isPresent()) {
        return genuine(meanwhile.get());
      }
      GoToolchain.unpackModule("istio", work);
      Optional<String> hindrance = go.hindrance(work);
      if (hindrance.isPresent()) {
        return fallback(progress, hindrance.get());
      }
      progress.say("fetching Istio's resource definitions " + Versions.ISTIO_API);
      Command.Result download = go.run(work, LIMIT, "mod", "download", "-json", "istio.io/api");
      if (download.exitCode() != 0) {
        return fallback(progress, GoToolchain.lastLines(download.stderr()));
      }
      String module = new ObjectMapper().readTree(download.stdout()).path("Dir").asText();
      Path source = Path.of(module, "kubernetes", FILE);
      Path entry = cache.install(ENTRY, directory -> Files.copy(source, directory.resolve(FILE)));
      return genuine(entry.resolve(FILE));
    } finally {
      Trees.delete(work);
    }
  }

  /** Returns the definitions that need nothing but this program. */
  static IstioCrds bundled() throws IOException {
    String resource = "/controlplane/istio-crds.yaml";
    try (InputStream in = IstioCrds.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + resource);
      }
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new IstioCrds("bundled with Meshguard", false, yaml);
    }
  }

  private static IstioCrds genuine(Path file) throws IOException {
    return new IstioCrds("istio.io/api " + Versions.ISTIO_API, true, Files.readString(file));
  }

  private static IstioCrds fallback(Progress progress, String reason) throws IOException {
    progress.say(
        "Istio's own resource definitions cannot be had ("
            + reason
            + "); using simple ones that accept any spec");
    return bundled();
  }
}
