package io.meshguard.server.tls;

import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Gives the HTTPS server whatever certificate is current, without its being told of a change. */
@Singleton
@Identifier(ServingKeyStore.NAME)
public class ServingKeyStore implements KeyStoreProvider {

  /** Name of the TLS configuration of the webhook. */
  static final String NAME = "webhook";

  private final CertificateSource source;

  @Inject
  ServingKeyStore(CertificateSource source) {
    this.source = source;
  }

  @Override
  public KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
    try {
      return new KeyStoreAndKeyCertOptions(
          source.current().toKeyStore(), KeyCertOptions.wrap(new ServingKeyManager(source)));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the serving certificate cannot be used", e);
    }
  }
}
