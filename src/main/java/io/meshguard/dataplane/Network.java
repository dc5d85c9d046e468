package io.meshguard.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where Pods live and how they reach each other. */
interface Network {
  /** Returns the address of this machine at which Pods reach istiod. */
  String hostAddress();

  /** Returns the ports at which istiod serves. */
  Istiod.Ports istiodPorts() throws IOException;

  /** Returns an address for a Pod, by its name and namespace. */
  String address(String pod);

  /** Makes a place with some addresses, and an agent in it that runs with a group. */
  NetNamespace attach(String name, List<String> addresses, int group)
      throws IOException, InterruptedException;

  /** Lets one more address lead to a place. */
  void addAddress(NetNamespace place, String address) throws IOException, InterruptedException;

  /** Redirects all TCP of a Pod through its sidecar. */
  void intercept(NetNamespace place) throws IOException, InterruptedException;

  /** Returns why {@link #intercept} cannot be had; empty where it can. */
  Optional<String> hindrance();

  /** Returns the words that make a command run in a place as its proxy does. */
  List<String> enterAsProxy(NetNamespace place);

  /** Returns the number that a port of a Pod that is no gateway really has. */
  int portOf(int port);

  /** Returns a world in which all listen where they can. */
  World adapt(World world) throws IOException;

  /** Returns where a port of a Service in front of a gateway is reached. */
  InetSocketAddress front(JsonNode service, SimulatedPod gateway, int port);

  /** Makes Services reachable at their cluster addresses, in place of those before. */
  void serve(Map<PodNetwork.Frontend, List<PodNetwork.Backend>> services)
      throws IOException, InterruptedException;

  /** Ends it. */
  void close() throws InterruptedException;
}
