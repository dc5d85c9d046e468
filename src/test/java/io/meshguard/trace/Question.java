package io.meshguard.trace;

import io.meshguard.dataplane.Header;
import io.meshguard.dataplane.RawRequest;
import java.util.List;

/**
 * A request that is sent through a proxy to see what becomes of it.
 *
 * @param group number of the objects that it was made for
 * @param from who sends it, or the gateway to which it is sent from outside
 * @param host what is dialled; at a gateway it has no meaning
 * @param port what is dialled; at a gateway a port of its Service
 * @param transport what the connection speaks
 * @param version {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param method such as {@code GET}
 * @param target path and query
 * @param authority the header Host
 * @param headers further headers in their order
 * @param serverName what TLS asks for; empty for nothing
 */
record Question(
    int group,
    Caller from,
    String host,
    int port,
    Transport transport,
    String version,
    String method,
    String target,
    String authority,
    List<Header> headers,
    String serverName) {

  /** What a connection speaks. */
  enum Transport {
    /** HTTP without TLS. */
    HTTP,
    /** HTTP over TLS. */
    TLS,
    /** Bytes that are no protocol which Envoy knows. */
    TCP
  }

  /**
   * A Pod with a proxy.
   *
   * @param namespace of the Pod
   * @param name of the Pod
   * @param gateway whether it is a gateway
   */
  record Caller(String namespace, String name, boolean gateway) {}

  Question {
    headers = List.copyOf(headers);
  }

  /** Returns what goes over the wire, with a mark by which the proxy's log knows it. */
  RawRequest raw(String mark) {
    RawRequest raw =
        RawRequest.get(authority, target)
            .withMethod(method)
            .withVersion(version)
            .with("User-Agent", mark);
    for (Header header : headers) {
      raw = raw.with(header.name(), header.value());
    }
    return raw;
  }

  @Override
  public String toString() {
    return "%s %s:%d from %s/%s%s: %s %s %s Host: %s %s%s"
        .formatted(
            transport,
            host,
            port,
            from.gateway() ? "gateway " : "",
            from.namespace(),
            from.name(),
            method,
            target,
            version,
            authority,
            headers,
            transport == Transport.TLS ? " SNI " + serverName : "");
  }
}
