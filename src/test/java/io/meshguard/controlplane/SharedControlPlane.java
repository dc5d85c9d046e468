package io.meshguard.controlplane;

import java.io.IOException;
import java.util.Optional;

/** The control plane that the tests of one JVM share, or why there is none. */
final class SharedControlPlane implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SharedControlPlane.class.getName());

  private final Optional<ControlPlane> controlPlane;
  private final String reason;

  private SharedControlPlane(Optional<ControlPlane> controlPlane, String reason) {
    this.controlPlane = controlPlane;
    this.reason = reason;
  }

  /** Starts it with Istio's resource definitions; a start that fails is an error, not a skip. */
  static SharedControlPlane start() {
    Progress progress = line -> LOG.log(System.Logger.Level.INFO, line);
    try {
      Binaries binaries = ControlPlaneBinaries.locate(progress);
      ControlPlane started = ControlPlane.start(binaries, ControlPlaneOptions.defaults(), progress);
      started.applyCrds(IstioCrds.load(progress).yaml());
      return new SharedControlPlane(Optional.of(started), "");
    } catch (ControlPlaneUnavailableException e) {
      return new SharedControlPlane(Optional.empty(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("the shared control plane does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  Optional<ControlPlane> controlPlane() {
    return controlPlane;
  }

  String reason() {
    return reason;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (controlPlane.isPresent()) {
      controlPlane.get().close();
    }
  }
}
