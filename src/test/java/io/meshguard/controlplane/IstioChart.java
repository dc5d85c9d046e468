package io.meshguard.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Istio's own chart of istiod, from the module that the istiod of the tests is built from. */
public final class IstioChart {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path CHART =
      Path.of("manifests", "charts", "istio-control", "istio-discovery");

  private IstioChart() {}

  /** Returns the documents that Helm makes of it with its defaults. */
  public static String render(Progress progress) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("meshguard-istio-chart-");
    try {
      GoToolchain.unpackModule("istiod", work);
      Command.Result download =
          GoToolchain.ofUser(System.getenv())
              .run(work, LIMIT, "mod", "download", "-json", "istio.io/istio");
      if (download.exitCode() != 0) {
        throw new IOException("go mod download: " + GoToolchain.lastLines(download.stderr()));
      }
      Path module = Path.of(new ObjectMapper().readTree(download.stdout()).path("Dir").asText());
      Command.Result rendered =
          Command.run(
              new ProcessBuilder(
                  HelmTool.locate(progress).toString(),
                  "template",
                  "istiod",
                  module.resolve(CHART).toString(),
                  "--namespace",
                  "istio-system"),
              LIMIT);
      if (rendered.exitCode() != 0) {
        throw new IOException("helm template: " + rendered.stderr());
      }
      return rendered.stdout();
    } finally {
      Trees.delete(work);
    }
  }
}
