package io.meshguard.controlplane;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The three programs that a control plane needs, as executable files of one directory. */
public record Binaries(Path etcd, Path kubeApiserver, Path kubectl) {
  static final String ETCD = "etcd";
  static final String KUBE_APISERVER = "kube-apiserver";
  static final String KUBECTL = "kubectl";
  static final List<String> NAMES = List.of(ETCD, KUBE_APISERVER, KUBECTL);

  /** Returns the binaries of a directory, by the names that the envtest convention gives them. */
  static Binaries in(Path directory) {
    return new Binaries(
        directory.resolve(ETCD), directory.resolve(KUBE_APISERVER), directory.resolve(KUBECTL));
  }

  /** Returns the names that have no executable file in the directory; empty when it is complete. */
  static List<String> missingIn(Path directory) {
    return NAMES.stream()
        .filter(
            name -> {
              Path file = directory.resolve(name);
              return !Files.isRegularFile(file) || !Files.isExecutable(file);
            })
        .toList();
  }
}
