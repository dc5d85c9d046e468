package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Helm's command line, built from source once and kept beside the control plane. */
public final class HelmTool {
  private static final GoTool TOOL =
      new GoTool(
          new GoCompiler.Target(
              "helm",
              "helm",
              "helm.sh/helm/v3/cmd/helm",
              List.of("-trimpath", "-ldflags=-s -w"),
              "2 minutes on two cores"),
          "v3.22.0");

  private HelmTool() {}

  /** Returns its file, after minutes where it has to be built. */
  public static Path locate(Progress progress) throws IOException, InterruptedException {
    return TOOL.locate(progress);
  }
}
