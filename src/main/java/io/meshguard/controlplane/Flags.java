package io.meshguard.controlplane;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command lines of both processes. */
final class Flags {
  private static final String LOOPBACK = "127.0.0.1";

  private Flags() {}

  /** Returns etcd's command line: client certificates demanded, loopback only. */
  static List<String> etcd(
      Path program, Path data, Pki pki, Ports ports, ControlPlaneOptions options) {
    String client = "https://" + LOOPBACK + ":" + ports.etcd();
    String peer = "https://" + LOOPBACK + ":" + ports.etcdPeer();
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("name", "meshguard");
    flags.put("data-dir", data.toString());
    flags.put("listen-client-urls", client);
    flags.put("advertise-client-urls", client);
    flags.put("listen-peer-urls", peer);
    flags.put("initial-advertise-peer-urls", peer);
    flags.put("initial-cluster", "meshguard=" + peer);
    for (String side : List.of("", "peer-")) {
      flags.put(side + "cert-file", pki.certificate("etcd").toString());
      flags.put(side + "key-file", pki.key("etcd").toString());
      flags.put(side + "trusted-ca-file", pki.certificate("etcd-ca").toString());
      flags.put(side + "client-cert-auth", "true");
    }
    flags.put("log-level", "warn");
    if (!options.fsync()) {
      flags.put("unsafe-no-fsync", "true");
    }
    return commandLine(program, flags, options.etcdFlags());
  }

  /** Returns the API server's command line; the default admission plugins call webhooks. */
  static List<String> apiServer(Path program, Pki pki, Ports ports, ControlPlaneOptions options) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("bind-address", LOOPBACK);
    flags.put("advertise-address", LOOPBACK);
    flags.put("secure-port", Integer.toString(ports.apiServer()));
    flags.put("tls-cert-file", pki.certificate("apiserver").toString());
    flags.put("tls-private-key-file", pki.key("apiserver").toString());
    flags.put("client-ca-file", pki.certificate("ca").toString());
    flags.put("etcd-servers", "https://" + LOOPBACK + ":" + ports.etcd());
    flags.put("etcd-cafile", pki.certificate("etcd-ca").toString());
    flags.put("etcd-certfile", pki.certificate("etcd-client").toString());
    flags.put("etcd-keyfile", pki.key("etcd-client").toString());
    flags.put("service-account-issuer", "https://kubernetes.default.svc.cluster.local");
    flags.put("service-account-signing-key-file", pki.key("tokens").toString());
    flags.put("service-account-key-file", pki.directory().resolve("tokens.pub").toString());
    flags.put("service-cluster-ip-range", "10.96.0.0/16");
    flags.put("authorization-mode", "RBAC");
    flags.put("anonymous-auth", "false");
    flags.put("allow-privileged", "true");
    flags.put("profiling", "false");
    // A loopback address is no valid endpoint: without this it would complain every ten seconds.
    flags.put("endpoint-reconciler-type", "none");
    return commandLine(program, flags, options.apiServerFlags());
  }

  private static List<String> commandLine(
      Path program, Map<String, String> flags, Map<String, String> more) {
    flags.putAll(more);
    List<String> line = new ArrayList<>();
    line.add(program.toString());
    flags.forEach((name, value) -> line.add("--" + name + "=" + value));
    return line;
  }
}
