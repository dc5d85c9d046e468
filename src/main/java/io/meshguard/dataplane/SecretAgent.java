package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ApiClient;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Istio's agent beside one Envoy: it has istiod sign the Pod's certificate and serves it. It serves
 * only where it has an Envoy to start (Istio pkg/istio-agent/agent.go, initSdsServer); that of the
 * Pod has its own arguments and log here, so that the agent gets a program that only waits.
 */
final class SecretAgent {
  private static final long START_MILLIS = 30_000;

  /** Where Istio's own bootstrap looks for it, below the agent's working directory. */
  private static final String SOCKET = "var/run/secrets/workload-spiffe-uds/socket";

  private static final String TOKEN = "var/run/secrets/tokens/istio-token";
  private static final String AUTHORITY = "/api/v1/namespaces/istio-system/secrets/istio-ca-secret";

  private final Process process;
  private final Path socket;
  private final Path log;

  private SecretAgent(Process process, Path socket, Path log) {
    this.process = process;
    this.socket = socket;
    this.log = log;
  }

  /**
   * Starts one in a network namespace.
   *
   * @param directory its own; it must not exist, and a short name keeps that of the socket short
   * @param enter makes a command run as part of the Pod, beyond interception
   */
  static SecretAgent start(
      ControlPlane guests,
      Path program,
      Path directory,
      PodSpec spec,
      String address,
      Istiod istiod,
      List<String> enter)
      throws IOException, InterruptedException {
    Path token = directory.resolve(TOKEN);
    Files.createDirectories(token.getParent());
    Files.createDirectories(directory.resolve(SOCKET).getParent());
    Files.writeString(token, token(guests.api(), spec.namespace()));
    Path authority = directory.resolve("root.pem");
    Files.writeString(authority, authority(guests.api()));
    Path template = directory.resolve("bootstrap.json");
    Files.writeString(template, "{}");
    Path idler = directory.resolve("idler");
    Files.writeString(idler, "#!/bin/sh\nexec tail --pid=$PPID -f " + template + " 2>/dev/null\n");
    Files.setPosixFilePermissions(idler, PosixFilePermissions.fromString("rwx------"));
    List<String> command = new ArrayList<>(enter);
    boolean sidecar = spec.proxy() == PodSpec.Proxy.SIDECAR;
    command.addAll(
        List.of(
            program.toString(),
            "proxy",
            sidecar ? "sidecar" : "router",
            "--domain",
            spec.namespace() + ".svc.cluster.local",
            "--templateFile",
            template.toString()));
    Path log = directory.resolve("agent.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    String service = istiod.address() + ":" + istiod.ports().grpcTls();
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                "/usr/sbin:/sbin:/usr/bin:/bin",
                "POD_NAME",
                spec.name(),
                "POD_NAMESPACE",
                spec.namespace(),
                "INSTANCE_IP",
                address,
                "SERVICE_ACCOUNT",
                "default",
                "ISTIO_META_CLUSTER_ID",
                "Kubernetes",
                "PROXY_CONFIG",
                proxyConfig(service, idler),
                "CA_ADDR",
                service));
    builder.environment().put("CA_ROOT_CA", authority.toString());
    builder.environment().put("XDS_ROOT_CA", authority.toString());
    return new SecretAgent(guests.startGuest(builder), directory.resolve(SOCKET), log);
  }

  private static String proxyConfig(String service, Path program) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("discoveryAddress", service)
        .put("binaryPath", program.toString())
        .toString();
  }

  private static String token(ApiClient api, String namespace)
      throws IOException, InterruptedException {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    request.putObject("spec").putArray("audiences").add("istio-ca");
    String path = "/api/v1/namespaces/" + namespace + "/serviceaccounts/default/token";
    return checked(path, api.post(path, request)).at("/status/token").asText();
  }

  private static String authority(ApiClient api) throws IOException, InterruptedException {
    String text = checked(AUTHORITY, api.get(AUTHORITY)).at("/data/ca-cert.pem").asText();
    return new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII);
  }

  private static JsonNode checked(String path, ApiClient.Answer answer) throws IOException {
    if (answer.status() >= 300) {
      throw new IOException(path + " is answered " + answer.status() + ": " + answer.body());
    }
    return ApiClient.tree(answer);
  }

  /** Returns where an Envoy finds its certificates. */
  Path socket() {
    return socket;
  }

  /** Waits until it serves; an Envoy that asks before asks again. */
  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_MILLIS * 1_000_000;
    while (!Files.exists(socket)) {
      if (!process.isAlive()) {
        throw new IOException("Istio's agent gave up:\n" + Files.readString(log));
      }
      if (System.nanoTime() > end) {
        throw new IOException("Istio's agent does not start:\n" + Files.readString(log));
      }
      Thread.sleep(5);
    }
  }

  void close() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
