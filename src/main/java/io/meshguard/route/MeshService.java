package io.meshguard.route;

import io.meshguard.istio.ServicePort;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Optional;

/**
 * A host of istiod's registry: a Service, or one of the hosts of a ServiceEntry (istio
 * pilot/pkg/serviceregistry/kube/conversion.go {@code ConvertService} and
 * serviceentry/conversion.go {@code convertServices} @1.30.3).
 *
 * @param host its full name
 * @param object what registers it
 * @param ports its ports
 * @param addresses its addresses and ranges of addresses, as far as they are known; empty where
 *     istiod has none but 0.0.0.0
 * @param resolution how an endpoint is found
 * @param aliases hosts of ExternalName Services that stand for it
 */
public record MeshService(
    String host,
    Resource object,
    List<ServicePort> ports,
    List<String> addresses,
    Resolution resolution,
    List<String> aliases) {

  /** How an endpoint is found. */
  public enum Resolution {
    /** Of the endpoints that istiod knows. */
    ENDPOINTS,
    /** By the DNS. */
    DNS,
    /** The address that the client called. */
    PASSTHROUGH,
    /** As another host is: an ExternalName. */
    ALIAS
  }

  /** Copies the lists. */
  public MeshService {
    ports = List.copyOf(ports);
    addresses = List.copyOf(addresses);
    aliases = List.copyOf(aliases);
  }

  /** Returns the namespace of the object. */
  public String namespace() {
    return object.namespace();
  }

  /** Returns whether it is a Service of Kubernetes. */
  public boolean isKubernetes() {
    return object.kind().equals(Kind.SERVICE);
  }

  /** Returns the port with a number. */
  public Optional<ServicePort> port(int number) {
    return ports.stream().filter(port -> port.number() == number).findFirst();
  }

  /** Returns the same with some of its ports. */
  MeshService with(List<ServicePort> some) {
    return new MeshService(host, object, some, addresses, resolution, aliases);
  }

  MeshService withAliases(List<String> names) {
    return new MeshService(host, object, ports, addresses, resolution, names);
  }
}
