package io.meshguard.rules.resilience;

import io.meshguard.istio.Protocol;
import io.meshguard.istio.ServicePort;
import io.meshguard.mesh.WorkBudget;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The ports that a part of a traffic policy is in force for.
 *
 * @param ports the ports by number; empty where those of the host are not known
 * @param budget for walking the ports again and again; where it ends, answers mean nothing
 */
record PortScope(Optional<Map<Integer, ServicePort>> ports, WorkBudget budget) {

  /** Returns the ports of a host, if they are known. */
  static PortScope of(Optional<List<ServicePort>> ports, WorkBudget budget) {
    return new PortScope(ports.map(PortScope::byNumber), budget);
  }

  /** Returns these ports but for some. */
  PortScope without(Set<Integer> numbers) {
    if (numbers.isEmpty() || !mayWalk()) {
      return this;
    }
    return new PortScope(
        ports.map(
            known ->
                byNumber(
                    known.values().stream()
                        .filter(port -> !numbers.contains(port.number()))
                        .toList())),
        budget);
  }

  /** Returns the one of these ports that has a number. */
  PortScope only(int number) {
    return new PortScope(
        ports.map(
            known -> {
              ServicePort port = known.get(number);
              return port == null ? Map.of() : Map.of(number, port);
            }),
        budget);
  }

  /** Returns whether surely no port is concerned. */
  boolean isEmpty() {
    return ports.map(Map::isEmpty).orElse(false);
  }

  /** Returns whether HTTP may be seen on one of the ports. */
  boolean mayBeHttp() {
    return any(port -> port.protocol().mayBeHttp());
  }

  /** Returns whether one of the ports is known to speak HTTP/1.1. */
  boolean isHttp1() {
    return first(Protocol.HTTP).isPresent();
  }

  /** Returns a port that is declared to carry many requests on one connection. */
  Optional<ServicePort> multiplexed() {
    return first(Protocol.HTTP2);
  }

  private Optional<ServicePort> first(Protocol protocol) {
    return ports.stream()
        .filter(known -> mayWalk())
        .flatMap(known -> known.values().stream())
        .filter(port -> port.protocol() == protocol)
        .findFirst();
  }

  private boolean any(Predicate<ServicePort> condition) {
    return ports
        .map(known -> mayWalk() && known.values().stream().anyMatch(condition))
        .orElse(true);
  }

  private boolean mayWalk() {
    return budget.take(ports.map(Map::size).orElse(0));
  }

  /** Of a number that is used twice (TCP and UDP), the port that may be HTTP counts. */
  private static Map<Integer, ServicePort> byNumber(Collection<ServicePort> ports) {
    Map<Integer, ServicePort> byNumber = new LinkedHashMap<>();
    ports.forEach(
        port ->
            byNumber.merge(
                port.number(), port, (one, other) -> one.protocol().mayBeHttp() ? one : other));
    return byNumber;
  }
}
