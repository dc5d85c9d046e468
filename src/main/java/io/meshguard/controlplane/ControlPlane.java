package io.meshguard.controlplane;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real etcd and kube-apiserver on loopback, with certificates of their own and RBAC. No
 * controller and no kubelet runs: objects are stored, nothing acts on them.
 */
public final class ControlPlane implements AutoCloseable {
  private static final int START_ATTEMPTS = 3;

  private final ControlPlaneOptions options;
  private final Path directory;
  private final Path program;
  private final Pki pki;
  private final URI server;
  private final Watchdog watchdog;
  private final Component etcd;
  private final Component apiServer;
  private final ApiClient api;
  private final Path kubeconfig;
  private final Thread atExit = new Thread(this::closeQuietly, "control-plane-shutdown");
  private final List<Process> guests = new ArrayList<>();
  private boolean closed;

  private ControlPlane(
      Binaries binaries, ControlPlaneOptions options, Path directory, Watchdog watchdog)
      throws IOException {
    this.options = options;
    this.directory = directory;
    this.program = binaries.kubectl();
    this.watchdog = watchdog;
    this.pki = Pki.create(directory.resolve("pki"));
    Ports ports = Ports.free();
    this.server = URI.create("https://127.0.0.1:" + ports.apiServer());
    Path data = PrivateFiles.directory(directory.resolve("etcd"));
    this.etcd =
        new Component(
            Binaries.ETCD,
            Flags.etcd(binaries.etcd(), data, pki, ports, options),
            directory,
            watchdog);
    this.apiServer =
        new Component(
            Binaries.KUBE_APISERVER,
            Flags.apiServer(binaries.kubeApiserver(), pki, ports, options),
            directory,
            watchdog);
    this.api = new ApiClient(server, pki.cluster().certificate(), pki.admin());
    this.kubeconfig =
        PrivateFiles.write(
            directory.resolve("kubeconfig"),
            Kubeconfig.text(server, pki.cluster().certificatePem(), pki.admin()));
  }

  /**
   * Starts both processes and returns when the API server is ready and Pods can be created in
   * namespace default. Closing, the end of this process, and its violent death all end them.
   *
   * @throws ControlPlaneFailedException where one of them gives up or is not ready in time; the
   *     message holds its last words
   */
  public static ControlPlane start(
      Binaries binaries, ControlPlaneOptions options, Progress progress)
      throws IOException, InterruptedException {
    Leftovers.remove(Path.of(System.getProperty("java.io.tmpdir")), progress);
    progress.say("starting etcd and kube-apiserver on loopback");
    for (int attempt = 1; ; attempt++) {
      ControlPlane controlPlane = prepare(binaries, options);
      try {
        Runtime.getRuntime().addShutdownHook(controlPlane.atExit);
        controlPlane.etcd.start();
        controlPlane.apiServer.start();
        controlPlane.awaitReady();
        controlPlane.ensureDefaultServiceAccount("default");
        return controlPlane;
      } catch (ControlPlaneFailedException e) {
        controlPlane.close();
        if (!e.portTaken() || attempt == START_ATTEMPTS) {
          throw e;
        }
      } catch (IOException | InterruptedException | RuntimeException e) {
        controlPlane.close();
        throw e;
      }
    }
  }

  private static ControlPlane prepare(Binaries binaries, ControlPlaneOptions options)
      throws IOException {
    Optional<Path> kept = options.dataDirectory().map(Path::toAbsolutePath);
    Path directory =
        kept.isPresent()
            ? PrivateFiles.directory(kept.get())
            : Files.createTempDirectory(Leftovers.PREFIX);
    Optional<Path> temporary = kept.isPresent() ? Optional.empty() : Optional.of(directory);
    Watchdog watchdog = Watchdog.start(temporary);
    try {
      if (temporary.isPresent()) {
        Leftovers.claim(directory);
      }
      return new ControlPlane(binaries, options, directory, watchdog);
    } catch (IOException | RuntimeException e) {
      watchdog.close();
      if (temporary.isPresent()) {
        Trees.delete(directory);
      }
      throw e;
    }
  }

  /** Waits until the API server says that it is ready; for use after a restart or a resume. */
  public void awaitReady() throws IOException, InterruptedException {
    Readiness.await(this, options.startLimit());
  }

  /** Returns the address of the API server. */
  public URI server() {
    return server;
  }

  /** Returns the certificate that signed the API server's, as text. */
  public String authorityPem() {
    return pki.cluster().certificatePem();
  }

  /** Returns the directory that holds data, certificates and logs. */
  public Path directory() {
    return directory;
  }

  /** Returns the etcd process. */
  public Component etcd() {
    return etcd;
  }

  /** Returns the kube-apiserver process. */
  public Component apiServer() {
    return apiServer;
  }

  /** Returns the kubeconfig file (mode 600) of a user who may do everything. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /**
   * Writes a kubeconfig file (mode 600) for any user, who may do what RBAC says of the name and the
   * groups. {@code system:authenticated} is added by the API server.
   */
  public Path kubeconfigFor(String user, String... groups) throws IOException {
    Identity identity = pki.cluster().issueClient(user, List.of(groups));
    Path users = PrivateFiles.directory(directory.resolve("users"));
    return PrivateFiles.write(
        Files.createTempFile(users, "user-", ".kubeconfig"),
        Kubeconfig.text(server, pki.cluster().certificatePem(), identity));
  }

  /** Returns kubectl as the user who may do everything. */
  public Kubectl kubectl() throws IOException {
    return kubectlWith(kubeconfig);
  }

  /** Returns kubectl as any user. */
  public Kubectl kubectlAs(String user, String... groups) throws IOException {
    return kubectlWith(kubeconfigFor(user, groups));
  }

  private Kubectl kubectlWith(Path config) throws IOException {
    Path home = PrivateFiles.directory(directory.resolve("home"));
    return new Kubectl(program, config, home, Map.of());
  }

  /** Creates a namespace in which Pods can be created; one that exists is left as it is. */
  public void createNamespace(String name, Map<String, String> labels)
      throws IOException, InterruptedException {
    new Bootstrap(api).createNamespace(name, labels);
    ensureDefaultServiceAccount(name);
  }

  /**
   * Creates the ServiceAccount {@code default} of a namespace, without which no Pod is admitted; in
   * a whole cluster a controller does.
   */
  public void ensureDefaultServiceAccount(String namespace)
      throws IOException, InterruptedException {
    new Bootstrap(api).createDefaultServiceAccount(namespace);
  }

  /** Applies resource definitions (YAML documents) and waits until all of them are served. */
  public void applyCrds(String yaml) throws IOException, InterruptedException {
    Kubectl.Result result =
        kubectl()
            .runWithInput(
                yaml, "apply", "--server-side", "--force-conflicts", "-o", "name", "-f", "-");
    if (result.exitCode() != 0) {
      throw new IOException("kubectl apply of resource definitions: " + result.stderr());
    }
    waitEstablished(
        result
            .stdout()
            .lines()
            .filter(line -> line.startsWith("customresourcedefinition"))
            .map(line -> line.substring(line.indexOf('/') + 1))
            .toList());
  }

  /** Waits until resource definitions such as {@code gateways.networking.istio.io} are served. */
  public void waitEstablished(List<String> names) throws IOException, InterruptedException {
    new Bootstrap(api).awaitEstablished(names, Duration.ofSeconds(30));
  }

  /**
   * Starts one more process, with empty standard input, that does not outlive this control plane:
   * it is killed when this is closed, and when the process that did not close it dies.
   */
  public synchronized Process startGuest(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("the control plane is closed");
    }
    Process guest = watchdog.start(builder);
    guests.add(guest);
    return guest;
  }

  /** Returns a client for the user who may do everything. */
  public ApiClient api() {
    return api;
  }

  /** Ends both processes and removes what was temporary. */
  @Override
  public synchronized void close() throws IOException, InterruptedException {
    if (closed) {
      return;
    }
    closed = true;
    for (Process guest : guests) {
      guest.destroyForcibly().waitFor();
    }
    // No polite end: etcd's log is made to survive this, and a test need not wait for watches.
    apiServer.kill();
    etcd.kill();
    watchdog.close();
    if (options.dataDirectory().isEmpty()) {
      Trees.delete(directory);
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // This is the shutdown.
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException | InterruptedException | RuntimeException e) {
      // The process ends: nobody is left to tell, and the watchdog finishes the work.
    }
  }
}
