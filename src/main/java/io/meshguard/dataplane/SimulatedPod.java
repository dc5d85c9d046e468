package io.meshguard.dataplane;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A Pod that is a network namespace, with an Envoy in it where it has a proxy. */
public final class SimulatedPod {
  private final PodSpec spec;
  private final String address;
  private final NetNamespace network;
  private final Optional<Envoy> envoy;
  private final Optional<SecretAgent> secrets;

  SimulatedPod(
      PodSpec spec,
      String address,
      NetNamespace network,
      Optional<Envoy> envoy,
      Optional<SecretAgent> secrets) {
    this.spec = spec;
    this.address = address;
    this.network = network;
    this.envoy = envoy;
    this.secrets = secrets;
  }

  /** Returns what it was made from. */
  public PodSpec spec() {
    return spec;
  }

  /** Returns its address. */
  public String address() {
    return address;
  }

  /**
   * Opens a connection from it, through its sidecar where it has one.
   *
   * @throws java.net.ConnectException where the other side refuses or does not answer
   */
  public HttpConnection connect(String toAddress, int port) throws IOException {
    return new HttpConnection(network.connect(toAddress, port));
  }

  /** Returns where its proxy's access log ends now, for {@link #accessLog}. */
  public long accessLogEnd() throws IOException {
    return requireEnvoy().logEnd();
  }

  /** Returns the lines that its proxy's access log got since a position. */
  public List<String> accessLog(long from) throws IOException {
    return requireEnvoy().logFrom(from);
  }

  /** Returns those of them that have the form of Istio's default. */
  public List<AccessLogLine> accessLogLines(long from) throws IOException {
    return accessLog(from).stream().flatMap(line -> AccessLogLine.parse(line).stream()).toList();
  }

  Envoy requireEnvoy() {
    return envoy.orElseThrow(() -> new IllegalStateException(spec.id() + " has no proxy"));
  }

  Optional<Envoy> envoy() {
    return envoy;
  }

  NetNamespace network() {
    return network;
  }

  /** Waits until its proxy can have certificates, where it is to have some. */
  void awaitSecrets() throws IOException, InterruptedException {
    if (secrets.isPresent()) {
      secrets.get().awaitReady();
    }
  }

  /** Ends what runs in it; a Pod without a proxy has nothing of its own. */
  void close() throws IOException, InterruptedException {
    if (envoy.isPresent()) {
      envoy.get().close();
      if (secrets.isPresent()) {
        secrets.get().close();
      }
      network.close();
    }
  }
}
