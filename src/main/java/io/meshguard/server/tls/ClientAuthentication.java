package io.meshguard.server.tls;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.TrustOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Demands a certificate of whoever calls the webhook, where authorities are given. Quarkus fixes
 * {@code quarkus.http.ssl.client-auth} when it is built, so the server's options are set here. The
 * management port is another server, and stays open.
 */
@Singleton
public class ClientAuthentication implements HttpServerOptionsCustomizer {

  private static final Logger LOG = Logger.getLogger(ClientAuthentication.class);

  private final Optional<ClientTrust> trust;

  /** Makes one; it reads nothing before it is asked. */
  @Inject
  public ClientAuthentication(ClientConfig config) {
    this.trust = config.caFile().map(file -> load(file, config.names().orElse(Set.of())));
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    if (trust.isPresent()) {
      options.setClientAuth(ClientAuth.REQUIRED);
      options.setTrustOptions(TrustOptions.wrap(trust.get()));
      LOG.info(
          "accepting only clients with a certificate of an authority in"
              + " meshguard.client.ca-file");
    }
  }

  /** Looks for other authorities. Where they cannot be read those before stay. */
  public void check() {
    try {
      if (trust.isPresent() && trust.get().refresh()) {
        LOG.info("the authorities of client certificates have changed");
      }
    } catch (IOException | GeneralSecurityException e) {
      LOG.errorf(
          "meshguard.client.ca-file cannot be used, the previous authorities stay: %s",
          e.getMessage());
    }
  }

  /** A server that let anybody in because of a typing mistake would be worse than none. */
  private static ClientTrust load(Path file, Set<String> names) {
    try {
      return new ClientTrust(file, names);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "meshguard.client.ca-file %s cannot be used: %s".formatted(file, e));
    }
  }
}
