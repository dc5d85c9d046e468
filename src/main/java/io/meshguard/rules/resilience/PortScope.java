package io.meshguard.rules.resilience;

import io.meshguard.mesh.Protocol;
import io.meshguard.mesh.ServicePort;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The ports that a part of a traffic policy is in force for.
 *
 * @param ports the ports; empty where those of the host are not known
 */
record PortScope(Optional<List<ServicePort>> ports) {

  /** Returns these ports but for some. */
  PortScope without(Set<Integer> numbers) {
    return filter(port -> !numbers.contains(port.number()));
  }

  /** Returns the one of these ports that has a number. */
  PortScope only(int number) {
    return filter(port -> port.number() == number);
  }

  /** Returns whether surely no port is concerned. */
  boolean isEmpty() {
    return ports.map(List::isEmpty).orElse(false);
  }

  /** Returns whether HTTP may be seen on one of the ports. */
  boolean mayBeHttp() {
    return any(port -> port.protocol().mayBeHttp());
  }

  /** Returns whether requests may each take a connection on one of the ports. */
  boolean mayBeHttp1() {
    return any(port -> port.protocol().mayBeHttp() && port.protocol() != Protocol.HTTP2);
  }

  /** Returns a port that is declared to carry many requests on one connection. */
  Optional<ServicePort> multiplexed() {
    return ports.stream()
        .flatMap(List::stream)
        .filter(port -> port.protocol() == Protocol.HTTP2)
        .findFirst();
  }

  private boolean any(Predicate<ServicePort> condition) {
    return ports.map(known -> known.stream().anyMatch(condition)).orElse(true);
  }

  private PortScope filter(Predicate<ServicePort> condition) {
    return new PortScope(ports.map(known -> known.stream().filter(condition).toList()));
  }
}
