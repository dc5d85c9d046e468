package io.meshguard.controlplane;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a control plane is started.
 *
 * @param dataDirectory where etcd's data, certificates and logs are kept; empty for a temporary
 *     directory that goes with the control plane
 * @param fsync whether etcd waits for the disk; without, a crash of the machine may lose data
 * @param etcdFlags further flags by name (without dashes); they win over the ones given here
 * @param apiServerFlags likewise for kube-apiserver
 * @param startLimit how long to wait until the API server is ready
 */
public record ControlPlaneOptions(
    Optional<Path> dataDirectory,
    boolean fsync,
    Map<String, String> etcdFlags,
    Map<String, String> apiServerFlags,
    Duration startLimit) {
  /** Copies the maps. */
  public ControlPlaneOptions {
    etcdFlags = Map.copyOf(etcdFlags);
    apiServerFlags = Map.copyOf(apiServerFlags);
  }

  /** Returns the usual: temporary, no fsync, no flags of one's own, 90 seconds. */
  public static ControlPlaneOptions defaults() {
    return new ControlPlaneOptions(
        Optional.empty(), false, Map.of(), Map.of(), Duration.ofSeconds(90));
  }

  /** Returns these options with the data in a directory that is kept. */
  public ControlPlaneOptions withDataDirectory(Path directory) {
    return new ControlPlaneOptions(
        Optional.of(directory), fsync, etcdFlags, apiServerFlags, startLimit);
  }

  /** Returns these options with etcd waiting for the disk. */
  public ControlPlaneOptions withFsync() {
    return new ControlPlaneOptions(dataDirectory, true, etcdFlags, apiServerFlags, startLimit);
  }

  /** Returns these options with other flags for kube-apiserver. */
  public ControlPlaneOptions withApiServerFlags(Map<String, String> flags) {
    return new ControlPlaneOptions(dataDirectory, fsync, etcdFlags, flags, startLimit);
  }

  /** Returns these options with other flags for etcd. */
  public ControlPlaneOptions withEtcdFlags(Map<String, String> flags) {
    return new ControlPlaneOptions(dataDirectory, fsync, flags, apiServerFlags, startLimit);
  }
}
