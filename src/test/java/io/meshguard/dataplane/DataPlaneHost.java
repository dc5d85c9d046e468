package io.meshguard.dataplane;

import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.DataPlaneBinaries;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Progress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts a data plane with a client and a gateway, tells of its directory, and waits for its end.
 */
final class DataPlaneHost {
  private DataPlaneHost() {}

  public static void main(String[] arguments) throws Exception {
    Progress silent = Progress.silent();
    long start = System.nanoTime();
    ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(silent), ControlPlaneOptions.defaults(), silent);
    controlPlane.applyCrds(IstioCrds.load(silent).yaml());
    long below = System.nanoTime();
    DataPlane plane =
        DataPlane.start(
            controlPlane,
            DataPlaneBinaries.locate(silent),
            DataPlane.PLAIN_MESH_CONFIG,
            "",
            Optional.empty(),
            silent);
    plane.add(
        List.of(
            PodSpec.client("shop", "web"),
            PodSpec.gateway("istio-system", "gateway", Map.of("istio", "ingress"))));
    plane.await();
    long ready = System.nanoTime();
    System.out.println(controlPlane.directory());
    System.out.println((below - start) / 1_000_000 + " " + (ready - below) / 1_000_000);
    Thread.sleep(600_000);
  }
}
