package io.meshguard.cluster;

import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PfxOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Gives the certificate in use to the HTTPS server. */
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
      KeyMaterial material = source.current();
      PfxOptions options =
          new PfxOptions()
              .setValue(Buffer.buffer(material.toPkcs12()))
              .setPassword(KeyMaterial.PASSWORD);
      return new KeyStoreAndKeyCertOptions(material.toKeyStore(), options);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the serving certificate cannot be used", e);
    }
  }
}
