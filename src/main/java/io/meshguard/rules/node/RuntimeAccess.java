package io.meshguard.rules.node;

import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which containers of a workload can reach the container runtime of its node. */
final class RuntimeAccess {

  private static final List<String> SOCKETS =
      List.of(
          "/run/docker.sock",
          "/run/containerd/containerd.sock",
          "/run/k3s/containerd/containerd.sock",
          "/run/crio/crio.sock",
          "/run/cri-dockerd.sock",
          "/run/podman/podman.sock");

  private final boolean hostPid;
  private final Map<String, String> hostPaths = new HashMap<>();

  RuntimeAccess(Workload workload) {
    Cursor spec = workload.template().spec();
    this.hostPid = spec.at("hostPID").isTrue();
    for (Cursor volume : spec.at("volumes").each()) {
      String name = volume.at("name").text("");
      volume.at("hostPath", "path").text().ifPresent(path -> hostPaths.putIfAbsent(name, path));
    }
  }

  /** Returns whether a container mounts a runtime socket of the node, or sees its processes. */
  boolean reaches(Cursor container) {
    return !usesRemoteDaemon(container)
        && (hostPid
            || container.at("volumeMounts").each().stream()
                .map(mount -> hostPaths.get(mount.at("name").text("")))
                .anyMatch(path -> path != null && holdsSocket(path)));
  }

  /** A daemon in another container or machine has containers of its own. */
  private static boolean usesRemoteDaemon(Cursor container) {
    return container.at("env").each().stream()
        .anyMatch(
            variable ->
                variable.at("name").is("DOCKER_HOST")
                    && variable.at("value").text("").startsWith("tcp:"));
  }

  private static boolean holdsSocket(String path) {
    String real = path.startsWith("/var/run") ? path.substring("/var".length()) : path;
    String folder = real.endsWith("/") ? real : real + "/";
    return SOCKETS.stream().anyMatch(socket -> socket.equals(real) || socket.startsWith(folder));
  }
}
