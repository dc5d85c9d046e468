package io.meshguard.rules.node;

import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import java.util.List;
import java.util.Optional;

/** Whether a container can reach the container runtime of its node. */
final class RuntimeAccess {

  private static final List<String> SOCKETS =
      List.of(
          "/run/docker.sock",
          "/run/containerd/containerd.sock",
          "/run/k3s/containerd/containerd.sock",
          "/run/crio/crio.sock",
          "/run/cri-dockerd.sock",
          "/run/podman/podman.sock");

  private RuntimeAccess() {}

  /** Returns whether a container mounts a runtime socket of the node, or sees its processes. */
  static boolean reaches(Cursor container, Workload workload) {
    if (usesRemoteDaemon(container)) {
      return false;
    }
    boolean hostPid = workload.template().spec().at("hostPID").isTrue();
    return hostPid
        || container.at("volumeMounts").each().stream()
            .map(mount -> mount.at("name").text(""))
            .flatMap(name -> hostPath(name, workload).stream())
            .anyMatch(RuntimeAccess::holdsSocket);
  }

  /** A daemon in another container or machine has containers of its own. */
  private static boolean usesRemoteDaemon(Cursor container) {
    return container.at("env").each().stream()
        .anyMatch(
            variable ->
                variable.at("name").is("DOCKER_HOST")
                    && variable.at("value").text("").startsWith("tcp:"));
  }

  private static Optional<String> hostPath(String volume, Workload workload) {
    return workload.template().spec().at("volumes").each().stream()
        .filter(candidate -> candidate.at("name").is(volume))
        .flatMap(candidate -> candidate.at("hostPath", "path").text().stream())
        .findFirst();
  }

  private static boolean holdsSocket(String path) {
    String real = path.startsWith("/var/run") ? path.substring("/var".length()) : path;
    String folder = real.endsWith("/") ? real : real + "/";
    return SOCKETS.stream().anyMatch(socket -> socket.equals(real) || socket.startsWith(folder));
  }
}
