package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.controlplane.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The network of the Pods: a namespace that routes, one more for each Pod, and in the machine's own
 * a single interface towards the router. Nothing has a name in the file system, so that everything
 * disappears with the processes that hold it, however they end. Needs root, iproute2 and iptables.
 */
final class PodNetwork implements Network {
  /** 10.128.0.0/16 and so on; the cluster addresses of Services lie below. */
  private static final int FIRST_SUBNET = 128;

  private static final int SUBNETS = 100;
  private static final int ADDRESSES = 250 * 250;
  private static final String NEXT_HOP = "169.254.1.1";
  private static final int SIDECAR_OUTBOUND = 15001;
  private static final int SIDECAR_INBOUND = 15006;

  private final ControlPlane guests;
  private final Path directory;
  private final String prefix;
  private final Process router;
  private int pods;
  private int namespaces;

  private PodNetwork(ControlPlane guests, Path directory, String prefix, Process router) {
    this.guests = guests;
    this.directory = directory;
    this.prefix = prefix;
    this.router = router;
  }

  /** Returns why there can be none on this machine, or nothing where there can. */
  static Optional<String> missing() throws InterruptedException {
    List<String> missing = new ArrayList<>();
    for (String tool : List.of("ip", "iptables-restore", "nsenter", "unshare", "setpriv")) {
      if (!succeeds("command -v " + tool)) {
        missing.add(tool);
      }
    }
    if (!missing.isEmpty()) {
      return Optional.of(
          "Pods with interception need "
              + String.join(", ", missing)
              + " (Debian packages iproute2, iptables, util-linux)");
    }
    if (!succeeds("unshare --net true")) {
      return Optional.of("Pods with interception need root, for network namespaces");
    }
    return Optional.empty();
  }

  private static boolean succeeds(String line) throws InterruptedException {
    try {
      Shell.run(List.of(line + " >/dev/null"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes the router and the machine's way to it, in a subnet that no interface here uses. */
  static PodNetwork create(ControlPlane guests, Path directory)
      throws IOException, InterruptedException {
    String prefix = freePrefix();
    // A process that only waits, and whose command line says whose it is.
    Path file = Files.createFile(directory.resolve("router"));
    Process router = guests.startGuest(unshared(List.of("tail", "-f", file.toString())));
    awaitNamespace(router);
    String outside = "mg" + Long.toString(router.pid(), Character.MAX_RADIX);
    Shell.run(
        List.of(
            "ip link add %s type veth peer name host0 netns %d".formatted(outside, router.pid()),
            "ip addr add %s255.254/32 dev %s".formatted(prefix, outside),
            "ip link set %s up".formatted(outside),
            "ip route add %s0.0/16 dev %s".formatted(prefix, outside)));
    Shell.runIn(
        router.pid(),
        List.of(
            "ip link set lo up",
            // What leads to no Pod is refused at once, as kube-proxy does for Services without any.
            "ip route add local default dev lo",
            "ip addr add %s255.1/32 dev host0".formatted(prefix),
            "ip link set host0 up",
            "ip route add %s255.254/32 dev host0".formatted(prefix),
            "sysctl -qw net.ipv4.ip_forward=1",
            "sysctl -qw net.ipv4.conf.host0.proxy_arp=1"));
    return new PodNetwork(guests, directory, prefix, router);
  }

  private static String freePrefix() throws IOException {
    Set<String> taken = new HashSet<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        String[] parts = address.getHostAddress().split("\\.", 3);
        taken.add(parts[0] + "." + parts[parts.length > 1 ? 1 : 0] + ".");
      }
    }
    // Where two runs begin at once they seldom begin at the same place.
    int first = (int) (ProcessHandle.current().pid() % SUBNETS);
    for (int i = 0; i < SUBNETS; i++) {
      String prefix = "10." + (FIRST_SUBNET + (first + i) % SUBNETS) + ".";
      if (!taken.contains(prefix)) {
        return prefix;
      }
    }
    throw new IOException("all subnets of 10.128.0.0/9 are in use on this machine");
  }

  @Override
  public String hostAddress() {
    return prefix + "255.254";
  }

  @Override
  public Istiod.Ports istiodPorts() {
    return Istiod.Ports.USUAL;
  }

  @Override
  public Optional<String> hindrance() {
    return Optional.empty();
  }

  @Override
  public List<String> enterAsProxy(NetNamespace place) {
    return Shell.enterAsProxy(place.pid());
  }

  @Override
  public int portOf(int port) {
    return port;
  }

  @Override
  public World adapt(World world) {
    return world;
  }

  @Override
  public InetSocketAddress front(JsonNode service, SimulatedPod gateway, int port) {
    return new InetSocketAddress(service.at("/spec/clusterIP").asText(), port);
  }

  @Override
  public synchronized String address(String pod) {
    if (pods == ADDRESSES) {
      throw new IllegalStateException("a subnet holds no more Pods");
    }
    // None is used twice: istiod and Envoys may remember who had it.
    String address = prefix + pods / 250 + "." + (1 + pods % 250);
    pods++;
    return address;
  }

  @Override
  public NetNamespace attach(String name, List<String> addresses, int group)
      throws IOException, InterruptedException {
    Path socket = directory.resolve("a" + namespaces++);
    Process agent =
        guests.startGuest(
            unshared(Shell.withGroup(group, NetNamespace.agent(socket)))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + "-agent.log").toFile()));
    awaitNamespace(agent);
    String link = link(agent.pid());
    List<String> outside = new ArrayList<>();
    outside.add("ip link add %s type veth peer name eth0 netns %d".formatted(link, agent.pid()));
    outside.add("ip addr add %s/32 dev %s".formatted(NEXT_HOP, link));
    outside.add("ip link set %s up".formatted(link));
    List<String> inside = new ArrayList<>();
    inside.add("ip link set lo up");
    inside.add("ip link set eth0 up");
    inside.add("sysctl -qw net.ipv4.ip_unprivileged_port_start=0");
    for (String address : addresses) {
      outside.add("ip route add %s/32 dev %s".formatted(address, link));
      inside.add("ip addr add %s/32 dev eth0".formatted(address));
    }
    inside.add("ip route add %s dev eth0 scope link".formatted(NEXT_HOP));
    inside.add("ip route add default via %s".formatted(NEXT_HOP));
    Shell.runIn(router.pid(), outside);
    Shell.runIn(agent.pid(), inside);
    return new NetNamespace(name, agent, socket);
  }

  private static String link(long pid) {
    return "p" + Long.toString(pid, Character.MAX_RADIX);
  }

  @Override
  public void addAddress(NetNamespace place, String address)
      throws IOException, InterruptedException {
    Shell.runIn(
        router.pid(), List.of("ip route add %s/32 dev %s".formatted(address, link(place.pid()))));
    Shell.runIn(place.pid(), List.of("ip addr add %s/32 dev eth0".formatted(address)));
  }

  /**
   * As istio-init does (Istio tools/istio-iptables/pkg/capture/run.go); the sidecar itself runs
   * with group 1337.
   */
  @Override
  public void intercept(NetNamespace namespace) throws IOException, InterruptedException {
    Shell.runIn(
        namespace.pid(),
        List.of("iptables-restore --noflush"),
        String.join(
            "\n",
            "*nat",
            ":ISTIO_OUTPUT - [0:0]",
            ":ISTIO_INBOUND - [0:0]",
            "-A OUTPUT -p tcp -j ISTIO_OUTPUT",
            "-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN",
            "-A ISTIO_OUTPUT -d 127.0.0.0/8 -j RETURN",
            "-A ISTIO_OUTPUT -p tcp -j REDIRECT --to-ports " + SIDECAR_OUTBOUND,
            "-A PREROUTING -p tcp -j ISTIO_INBOUND",
            "-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN",
            "-A ISTIO_INBOUND -p tcp --dport 15021 -j RETURN",
            "-A ISTIO_INBOUND -p tcp -j REDIRECT --to-ports " + SIDECAR_INBOUND,
            "COMMIT",
            ""));
  }

  /** As kube-proxy does. */
  @Override
  public void serve(Map<Frontend, List<Backend>> services)
      throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add("*nat");
    lines.add(":SERVICES - [0:0]");
    lines.add("-A PREROUTING -p tcp -j SERVICES");
    services.forEach(
        (front, backends) -> {
          for (int i = 0; i < backends.size(); i++) {
            int left = backends.size() - i;
            lines.add(
                "-A SERVICES -d %s/32 -p tcp --dport %d%s -j DNAT --to-destination %s:%d"
                    .formatted(
                        front.address(),
                        front.port(),
                        left == 1 ? "" : " -m statistic --mode nth --every " + left + " --packet 0",
                        backends.get(i).address(),
                        backends.get(i).port()));
          }
        });
    lines.add("COMMIT");
    Shell.runIn(router.pid(), List.of("iptables-restore"), String.join("\n", lines) + "\n");
  }

  /** Ends the router, and with it the machine's way to it. */
  @Override
  public void close() throws InterruptedException {
    router.destroyForcibly().waitFor();
  }

  /** The address and port of a Service. */
  record Frontend(String address, int port) {}

  /** The address and port of a Pod behind one. */
  record Backend(String address, int port) {}

  private static ProcessBuilder unshared(List<String> command) {
    List<String> line = new ArrayList<>(List.of("unshare", "--net"));
    line.addAll(command);
    return new ProcessBuilder(line);
  }

  /** The process starts in this namespace and leaves it a moment later. */
  private static void awaitNamespace(Process process) throws IOException, InterruptedException {
    Path own = Path.of("/proc/self/ns/net");
    Path other = Path.of("/proc", Long.toString(process.pid()), "ns", "net");
    for (int i = 0; i < 1000; i++) {
      if (!process.isAlive()) {
        throw new IOException("no network namespace can be made here (unshare --net failed)");
      }
      if (!Files.readSymbolicLink(other).equals(Files.readSymbolicLink(own))) {
        return;
      }
      Thread.sleep(5);
    }
    throw new IOException("a process did not enter its network namespace within 5 s");
  }
}
