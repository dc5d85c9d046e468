package io.meshguard.demo;

import io.meshguard.controlplane.Binaries;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.ControlPlaneUnavailableException;
import io.meshguard.controlplane.DataPlaneBinaries;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.dataplane.DataPlane;
import io.meshguard.rule.Language;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the tour with traffic is played on: a control plane with istiod and Envoys on top of it. */
final class TrafficStage implements AutoCloseable {
  private final ControlPlane controlPlane;
  private final DataPlane plane;
  private final Shell shell;

  private TrafficStage(ControlPlane controlPlane, DataPlane plane, Shell shell) {
    this.controlPlane = controlPlane;
    this.plane = plane;
    this.shell = shell;
  }

  /**
   * Builds the stage.
   *
   * @param program Meshguard, whose commands are run
   * @throws ControlPlaneUnavailableException where something needed cannot be had here
   */
  static TrafficStage open(JavaProcess program, Screen screen)
      throws ControlPlaneUnavailableException, IOException, InterruptedException {
    Optional<String> hindrance = DataPlane.hindrance();
    if (hindrance.isPresent()) {
      throw new DemoFailedException(screen.text("traffic.failed.here", hindrance.get()));
    }
    Binaries binaries = ControlPlaneBinaries.locate(screen::progress);
    DataPlaneBinaries more = DataPlaneBinaries.locate(screen::progress);
    ControlPlane controlPlane =
        ControlPlane.start(binaries, ControlPlaneOptions.defaults(), screen::progress);
    boolean opened = false;
    try {
      IstioCrds crds = IstioCrds.load(screen::progress);
      screen.progress(screen.text("prepare.crds", crds.origin()));
      controlPlane.applyCrds(crds.yaml());
      DataPlane plane =
          DataPlane.start(
              controlPlane,
              more,
              DataPlane.PLAIN_MESH_CONFIG,
              "",
              Optional.empty(),
              screen::progress);
      Path files = Files.createDirectory(controlPlane.directory().resolve("demo"));
      for (TrafficScene scene : TrafficScene.all()) {
        copy(scene.file(), files);
      }
      Path command = command(program, files, screen.language());
      opened = true;
      return new TrafficStage(
          controlPlane, plane, new Shell(files, command, controlPlane.kubeconfig()));
    } finally {
      if (!opened) {
        controlPlane.close();
      }
    }
  }

  private static void copy(String file, Path directory) throws IOException {
    try (InputStream in = TrafficStage.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + file);
      }
      Files.copy(in, directory.resolve(file));
    }
  }

  /** Makes the word {@code meshguard} mean this program. */
  private static Path command(JavaProcess program, Path files, Language language)
      throws IOException {
    Path directory = Files.createDirectory(files.resolve(".bin"));
    List<String> line = new ArrayList<>(program.commandLine(directory, List.of()));
    String quoted = line.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    Path script =
        Files.writeString(
            directory.resolve("meshguard"),
            "#!/bin/sh\nexec %s \"$@\" --language %s\n"
                .formatted(quoted, language == Language.ZH ? "zh" : "en"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  DataPlane plane() {
    return plane;
  }

  Shell shell() {
    return shell;
  }

  /** Ends all processes and removes all files. */
  @Override
  public void close() throws IOException, InterruptedException {
    try {
      plane.close();
    } finally {
      controlPlane.close();
    }
  }
}
