package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.DataPlaneBinaries;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A mesh with real traffic on top of a control plane: istiod, and Pods that are network namespaces
 * with Envoys. It ends when it is closed, when the control plane is closed, and when the process
 * that holds them dies, and leaves nothing.
 */
public final class DataPlane implements AutoCloseable {
  /**
   * A mesh configuration in which Envoys as they are published do: no mutual TLS until {@link
   * #useMutualTls} asks for it, and nothing of the filters that only Istio's own build has.
   */
  public static final String PLAIN_MESH_CONFIG =
      """
      accessLogFile: /dev/stdout
      enableAutoMtls: false
      defaultProviders: {}
      """;

  private static final String AUTO_MUTUAL_TLS = "enableAutoMtls";

  private static final String NO_MUTUAL_TLS =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata:
        name: default
        namespace: istio-system
      spec:
        mtls:
          mode: DISABLE
      """;

  private static final List<String> APPLY =
      List.of("apply", "--server-side", "--force-conflicts", "-o", "json", "-f", "-");

  /** Server-side, unknown fields are refused however it is asked. */
  private static final List<String> APPLY_UNVALIDATED =
      List.of("apply", "--validate=ignore", "-o", "json", "-f", "-");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int[] INTERNET_PORTS = {80, 443, 8080};

  private final ControlPlane controlPlane;
  private final DataPlaneBinaries binaries;
  private final Path directory;
  private final Network network;
  private final Istiod istiod;
  private final Echo echo;
  private final Controllers controllers;
  private final Convergence convergence;
  private final Resources resources;
  private final JsonNode meshConfig;
  private final Map<String, SimulatedPod> pods = new LinkedHashMap<>();
  private String internet = "";
  private final List<JsonNode> unseen = new ArrayList<>();
  private final List<JsonNode> gone = new ArrayList<>();
  private String envoyVersion;
  private boolean mutualTls;
  private int started;
  private final NetNamespace outside;

  private DataPlane(
      ControlPlane controlPlane,
      DataPlaneBinaries binaries,
      Path directory,
      Network network,
      NetNamespace outside,
      Istiod istiod,
      Echo echo,
      JsonNode meshConfig) {
    this.controlPlane = controlPlane;
    this.binaries = binaries;
    this.envoyVersion = binaries.envoys().lastKey();
    this.directory = directory;
    this.network = network;
    this.outside = outside;
    this.istiod = istiod;
    this.echo = echo;
    this.meshConfig = meshConfig;
    this.controllers = new Controllers(controlPlane.api());
    this.convergence = new Convergence(controlPlane.api(), istiod);
    this.resources = new Resources(controlPlane.api());
  }

  /**
   * Returns why no TCP of Pods can be redirected on this machine, so that there can be no sidecars;
   * empty where all can be had.
   */
  public static Optional<String> hindrance() throws InterruptedException {
    return PodNetwork.missing();
  }

  /**
   * Starts istiod and returns when it is ready. Istio's resource definitions must be there.
   *
   * @param meshConfig the mesh configuration, as the ConfigMap {@code istio} holds it
   * @param before documents that istiod must find when it starts, such as the injector's templates
   * @param hindrance why there are to be gateways and servers alone; empty where sidecars too are
   *     to be had
   */
  public static DataPlane start(
      ControlPlane controlPlane,
      DataPlaneBinaries binaries,
      String meshConfig,
      String before,
      Optional<String> hindrance,
      Progress progress)
      throws IOException, InterruptedException {
    progress.say("starting istiod " + binaries.istioVersion());
    // Short names: a path of a socket is at most 107 bytes long.
    Path directory = Files.createDirectory(controlPlane.directory().resolve("dp"));
    controlPlane.createNamespace("istio-system", Map.of());
    apply(controlPlane.kubectl(), meshConfigMap(meshConfig) + "\n---\n" + before, APPLY);
    Network network =
        hindrance.isPresent()
            ? new HostNetwork(controlPlane, directory, hindrance.get())
            : PodNetwork.create(controlPlane, directory);
    Istiod istiod =
        Istiod.start(
            controlPlane,
            binaries.istiod(),
            directory,
            network.hostAddress(),
            network.istiodPorts(),
            Map.of());
    Echo echo = Echo.start(directory.resolve("echo.sock"));
    String internet = network.address(Echo.INTERNET);
    NetNamespace outside = network.attach("outside", List.of(internet), 0);
    DataPlane plane =
        new DataPlane(
            controlPlane,
            binaries,
            directory,
            network,
            outside,
            istiod,
            echo,
            Manifests.mapping(meshConfig));
    istiod.awaitReady();
    outside.awaitReady();
    if (hindrance.isEmpty()) {
      plane.serveInternet(internet);
    }
    plane.apply(NO_MUTUAL_TLS);
    return plane;
  }

  private static String meshConfigMap(String meshConfig) {
    ObjectNode map = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "istio").put("namespace", "istio-system");
    map.putObject("data").put("mesh", meshConfig);
    return map.toString();
  }

  private void serveInternet(String address) throws IOException {
    internet = address;
    for (int port : INTERNET_PORTS) {
      echo.name(address, port, Echo.INTERNET);
      outside.listen(address, port, echo.socket());
    }
  }

  /** Returns the address of a server outside the mesh, which answers on ports 80, 8080 and 443. */
  public String internet() {
    return internet;
  }

  /** Returns why there are no sidecars here; empty where there are. */
  public Optional<String> withoutSidecars() {
    return network.hindrance();
  }

  Network network() {
    return network;
  }

  /** Returns where clients outside the mesh are. */
  NetNamespace outside() {
    return outside;
  }

  /**
   * Lets Pods that are added from now on have another Envoy than the newest.
   *
   * @param version one of {@link DataPlaneBinaries#envoys}
   */
  public void useEnvoy(String version) {
    if (!binaries.envoys().containsKey(version)) {
      throw new IllegalArgumentException("no Envoy " + version + ": " + binaries.envoys().keySet());
    }
    envoyVersion = version;
  }

  /**
   * Lets the mesh have mutual TLS, as one does that is just installed, or none. It holds for Pods
   * that are added from now on: their proxies get certificates of istiod's authority from Istio's
   * own agent. Other Pods with a proxy must be gone.
   */
  public void useMutualTls(boolean wanted) throws IOException, InterruptedException {
    if (wanted == mutualTls) {
      return;
    }
    ObjectNode config = meshConfig.deepCopy();
    config.put(AUTO_MUTUAL_TLS, wanted);
    apply(meshConfigMap(config.toString()));
    if (wanted) {
      delete(NO_MUTUAL_TLS);
    } else {
      apply(NO_MUTUAL_TLS);
    }
    convergence.awaitAutoMutualTls(wanted);
    mutualTls = wanted;
  }

  /** Returns where istiod serves its webhooks, with a certificate for that address. */
  public URI webhooks() {
    return URI.create("https://" + istiod.address() + ":" + istiod.ports().webhooks());
  }

  /** Returns the control plane below. */
  public ControlPlane controlPlane() {
    return controlPlane;
  }

  /** Returns the versions of Envoy that are here, the oldest first. */
  public List<String> envoyVersions() {
    return List.copyOf(binaries.envoys().keySet());
  }

  /** Starts the Pods of a world and applies its objects, as {@link Scene} says. */
  public Scene open(World world) throws IOException, InterruptedException {
    return Scene.open(this, world, APPLY);
  }

  /** Does the same with objects of which the API server drops what it does not know. */
  public Scene openUnvalidated(World world) throws IOException, InterruptedException {
    return Scene.open(this, world, APPLY_UNVALIDATED);
  }

  List<JsonNode> services() throws IOException, InterruptedException {
    return Scene.services(controlPlane.api());
  }

  /** Returns the servers of all Pods. */
  public Echo echo() {
    return echo;
  }

  /** Adds Pods and returns them in the same order, before their proxies have a configuration. */
  public List<SimulatedPod> add(List<PodSpec> specs) throws IOException, InterruptedException {
    List<SimulatedPod> added = new ArrayList<>();
    try {
      for (PodSpec spec : specs) {
        added.add(start(spec));
      }
      for (SimulatedPod pod : added) {
        serve(pod);
      }
      return added;
    } catch (IOException | InterruptedException | RuntimeException e) {
      // They would be in the way of later Pods of the same names.
      for (SimulatedPod pod : added) {
        remove(pod);
      }
      throw e;
    }
  }

  private SimulatedPod start(PodSpec spec) throws IOException, InterruptedException {
    controlPlane.createNamespace(spec.namespace(), Map.of());
    String address = network.address(spec.id());
    controllers.register(spec, address, mutualTls);
    NetNamespace namespace =
        spec.proxy() == PodSpec.Proxy.NONE
            ? plain(address)
            : network.attach(spec.id(), List.of(address), spec.group());
    Optional<Envoy> proxy = Optional.empty();
    Optional<SecretAgent> secrets = Optional.empty();
    if (spec.proxy() != PodSpec.Proxy.NONE) {
      if (spec.proxy() == PodSpec.Proxy.SIDECAR) {
        network.intercept(namespace);
      }
      // A Pod of this name may have been here before.
      int number = started++;
      if (mutualTls) {
        secrets = Optional.of(startAgent(spec, address, namespace, number));
      }
      proxy = Optional.of(startEnvoy(spec, address, namespace, secrets, number));
    }
    SimulatedPod pod = new SimulatedPod(spec, address, namespace, proxy, secrets);
    pods.put(spec.id(), pod);
    return pod;
  }

  private void serve(SimulatedPod pod) throws IOException, InterruptedException {
    pod.network().awaitReady();
    pod.awaitSecrets();
    if (pod.spec().proxy() != PodSpec.Proxy.GATEWAY) {
      for (int number : pod.spec().ports().keySet()) {
        int port = network.portOf(number);
        echo.name(pod.address(), port, pod.spec().id());
        pod.network().listen(pod.address(), port, echo.socket());
      }
    }
  }

  /** Pods without a proxy share a namespace: nothing of theirs can meet but their ports. */
  private NetNamespace plain(String address) throws IOException, InterruptedException {
    network.addAddress(outside, address);
    return outside;
  }

  private SecretAgent startAgent(PodSpec spec, String address, NetNamespace namespace, int number)
      throws IOException, InterruptedException {
    return SecretAgent.start(
        controlPlane,
        binaries.agent(),
        directory.resolve("s" + number),
        spec,
        address,
        istiod,
        network.enterAsProxy(namespace));
  }

  private Envoy startEnvoy(
      PodSpec spec,
      String address,
      NetNamespace namespace,
      Optional<SecretAgent> secrets,
      int number)
      throws IOException {
    boolean sidecar = spec.proxy() == PodSpec.Proxy.SIDECAR;
    EnvoyBootstrap bootstrap =
        new EnvoyBootstrap(
            sidecar ? "sidecar" : "router",
            address,
            spec.namespace(),
            spec.name(),
            spec.labels(),
            spec.locality(),
            spec.metadata(),
            istiod.address(),
            istiod.ports().grpc(),
            network.hindrance().isEmpty(),
            secrets.map(SecretAgent::socket));
    return Envoy.start(
        controlPlane,
        Objects.requireNonNull(binaries.envoys().get(envoyVersion)),
        directory,
        number + "-" + spec.id(),
        bootstrap,
        network.enterAsProxy(namespace));
  }

  /** Removes a Pod. */
  public void remove(SimulatedPod pod) throws IOException, InterruptedException {
    pods.remove(pod.spec().id());
    controllers.unregister(pod.spec());
    pod.close();
  }

  /** Returns the Pods that are there, the oldest first. */
  public Collection<SimulatedPod> pods() {
    return List.copyOf(pods.values());
  }

  /**
   * Applies documents as a user does, does not wait for anybody to act on them, and returns the
   * objects as they are stored.
   *
   * @throws IOException where the API server refuses one; with kubectl's words
   */
  public List<JsonNode> apply(String yaml) throws IOException, InterruptedException {
    return apply(yaml, APPLY);
  }

  List<JsonNode> apply(String yaml, List<String> command) throws IOException, InterruptedException {
    List<JsonNode> stored = apply(controlPlane.kubectl(), yaml, command);
    unseen.addAll(stored);
    return stored;
  }

  private static List<JsonNode> apply(Kubectl kubectl, String yaml, List<String> command)
      throws IOException, InterruptedException {
    return objects(kubectl.runWithInput(yaml, command.toArray(String[]::new)));
  }

  /** Deletes what documents name; what is not there is no error. */
  public void delete(String yaml) throws IOException, InterruptedException {
    for (JsonNode object : Manifests.parse(yaml)) {
      forget(object);
    }
  }

  /** Deletes an object; one that is not there is no error. */
  void forget(JsonNode object) throws IOException, InterruptedException {
    Optional<String> path = resources.path(object);
    if (path.isPresent() && controlPlane.api().delete(path.get()).status() < 300) {
      unseen.removeIf(each -> isSame(each, object));
      gone.add(object);
    }
  }

  private static boolean isSame(JsonNode one, JsonNode other) {
    return Manifests.kind(one).equals(Manifests.kind(other))
        && Manifests.namespace(one).equals(Manifests.namespace(other))
        && Manifests.name(one).equals(Manifests.name(other));
  }

  private static List<JsonNode> objects(Kubectl.Result result) throws IOException {
    if (result.exitCode() != 0) {
      throw new IOException(result.stderr().strip());
    }
    if (!result.stdout().startsWith("{")) {
      return List.of();
    }
    JsonNode tree = JSON.readTree(result.stdout());
    if (!tree.path("kind").asText().equals("List")) {
      return List.of(tree);
    }
    List<JsonNode> objects = new ArrayList<>();
    tree.path("items").forEach(objects::add);
    return objects;
  }

  /**
   * Waits until every proxy has what was applied.
   *
   * @throws RefusedException where one refuses it
   */
  public void await() throws IOException, InterruptedException {
    Controllers.Endpoints endpoints =
        network.hindrance().isEmpty()
            ? controllers.reconcile()
            : new Controllers.Endpoints(Map.of(), List.of());
    network.serve(endpoints.routes());
    List<JsonNode> applied = new ArrayList<>(unseen);
    List<JsonNode> deleted = new ArrayList<>(gone);
    // Also where this fails: what is waited for the next time is what was applied since.
    unseen.clear();
    gone.clear();
    applied.addAll(endpoints.slices());
    List<Envoy> proxies = new ArrayList<>();
    for (SimulatedPod pod : pods.values()) {
      if (pod.envoy().isPresent()) {
        pod.envoy().get().awaitReady();
        proxies.add(pod.envoy().get());
      }
    }
    convergence.await(applied, deleted, proxies);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (SimulatedPod pod : List.copyOf(pods.values())) {
      pod.close();
    }
    outside.close();
    istiod.close();
    network.close();
    echo.close();
  }
}
