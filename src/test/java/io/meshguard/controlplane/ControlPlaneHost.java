package io.meshguard.controlplane;

/** A process of its own that starts a control plane, tells what it started, and waits. */
final class ControlPlaneHost {
  private ControlPlaneHost() {}

  public static void main(String[] arguments) throws Exception {
    ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults(),
            Progress.silent());
    System.out.printf(
        "%d %d %s%n",
        controlPlane.etcd().pid(), controlPlane.apiServer().pid(), controlPlane.directory());
    Thread.sleep(60_000);
  }
}
