package io.meshguard.istio;

import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How VirtualServices name Gateways, and which of their hosts a Gateway takes. */
public final class Gateways {

  /** Kinds that are looked up. */
  public static final Set<Kind> READS = Set.of(Kind.GATEWAY);

  private Gateways() {}

  /**
   * The Gateway that a reference means.
   *
   * @param namespace its namespace
   * @param name its name
   */
  public record Reference(String namespace, String name) {}

  /**
   * Reads a reference: {@code name}, {@code namespace/name}, or the old form {@code
   * name.namespace[.svc.…]} (istio pilot/pkg/model/config.go {@code resolveGatewayName} @1.30.3).
   *
   * @param written the reference, not {@code mesh}
   * @param home namespace of the VirtualService
   * @return empty for a form that Istio refuses, {@code ./name} among them
   */
  public static Optional<Reference> reference(String written, String home) {
    int slash = written.indexOf('/');
    if (slash >= 0) {
      String namespace = written.substring(0, slash);
      String name = written.substring(slash + 1);
      boolean refused = namespace.isEmpty() || namespace.equals(".") || name.isEmpty();
      return refused ? Optional.empty() : Optional.of(new Reference(namespace, name));
    }
    int dot = written.indexOf('.');
    if (dot < 0) {
      return written.isEmpty() ? Optional.empty() : Optional.of(new Reference(home, written));
    }
    String rest = written.substring(dot + 1);
    int next = rest.indexOf('.');
    String namespace = next < 0 ? rest : rest.substring(0, next);
    return Optional.of(new Reference(namespace, written.substring(0, dot)));
  }

  /** Looks up the Gateway that a reference means. */
  public static Lookup find(Reference reference, Mesh mesh) {
    return mesh.find(Kind.GATEWAY, reference.namespace(), reference.name());
  }

  /** Returns the hosts that a Gateway takes for VirtualServices of a namespace. */
  public static HostSet hosts(Resource gateway, String namespace) {
    return collect(gateway, namespace, true);
  }

  /**
   * Returns those of {@link #hosts} that a server takes by its routes, leaving out what is only
   * passed through by the server name of TLS.
   */
  public static HostSet openedHosts(Resource gateway, String namespace) {
    return collect(gateway, namespace, false);
  }

  /**
   * What a server takes for VirtualServices of a namespace.
   *
   * @param port its number; null where it has none
   * @param scheme http or https, by which its clients call; null where that is not known
   * @param hosts its hosts, without the namespaces that they are for
   */
  public record Server(@Nullable Integer port, @Nullable String scheme, List<String> hosts) {

    /** The scheme of a server without TLS. */
    public static final String HTTP = "http";

    /** Of which nothing is known. */
    public static final Server ANY = new Server(null, null, List.of("*"));

    public Server {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * Returns the servers that hand requests to HTTP routes. One that only redirects to https does
   * not, nor one that passes TLS through (istio pkg/config/gateway/gateway.go {@code
   * IsHTTPServer} @1.30.3).
   */
  public static List<Server> httpServers(Resource gateway, String namespace) {
    List<Server> servers = new ArrayList<>();
    for (Cursor server : gateway.at("spec", "servers").each()) {
      Optional<String> scheme = scheme(server);
      if (scheme.isPresent()) {
        OptionalLong port = server.at("port", "number").integer();
        List<String> hosts = new ArrayList<>();
        for (Cursor host : server.at("hosts").each()) {
          host.text().flatMap(h -> forNamespace(h, gateway, namespace)).ifPresent(hosts::add);
        }
        servers.add(
            new Server(port.isPresent() ? (int) port.getAsLong() : null, scheme.get(), hosts));
      }
    }
    return servers;
  }

  private static Optional<String> scheme(Cursor server) {
    Cursor tls = server.at("tls");
    return switch (server.at("port", "protocol").text("").toUpperCase(Locale.ROOT)) {
      case "HTTP", "HTTP2", "GRPC", "GRPC-WEB" ->
          Optional.of(Server.HTTP).filter(plain -> !tls.at("httpsRedirect").isTrue());
      case "HTTPS" ->
          Optional.of("https").filter(s -> tls.isPresent() && !tls.at("mode").is("PASSTHROUGH"));
      default -> Optional.empty();
    };
  }

  private static HostSet collect(Resource gateway, String namespace, boolean passthrough) {
    List<String> hosts = new ArrayList<>();
    for (Cursor server : gateway.at("spec", "servers").each()) {
      if (!passthrough && server.at("tls", "mode").is("PASSTHROUGH")) {
        continue;
      }
      for (Cursor host : server.at("hosts").each()) {
        host.text().flatMap(h -> forNamespace(h, gateway, namespace)).ifPresent(hosts::add);
      }
    }
    return new HostSet(hosts);
  }

  /** A server's host may begin with the namespaces that it is for: one, {@code .} or {@code *}. */
  private static Optional<String> forNamespace(String written, Resource gateway, String namespace) {
    String lower = written.toLowerCase(Locale.ROOT);
    int slash = lower.indexOf('/');
    if (slash < 0) {
      return Optional.of(lower);
    }
    String wanted = lower.substring(0, slash);
    boolean forIt =
        switch (wanted) {
          case "*" -> true;
          case "." -> gateway.namespace().equals(namespace);
          default -> wanted.equals(namespace);
        };
    return forIt ? Optional.of(lower.substring(slash + 1)) : Optional.empty();
  }
}
