package io.meshguard.server.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives each handshake the certificate that is current when it begins. To have Vert.x 4.5 reload
 * its TLS options instead would refuse all connections that come while it does so.
 */
final class ServingKeyManager extends X509ExtendedKeyManager {

  private final CertificateSource source;
  private Recent recent;

  ServingKeyManager(CertificateSource source) {
    this.source = source;
    this.recent = new Recent(source.current(), Optional.empty());
  }

  /** What handshakes may have begun with; they ask for key and chain one after the other. */
  private record Recent(KeyMaterial current, Optional<KeyMaterial> previous) {

    Optional<KeyMaterial> named(String alias) {
      return Stream.concat(Stream.of(current), previous.stream())
          .filter(material -> alias(material).equals(alias))
          .findFirst();
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    KeyMaterial current = recent().current();
    return current.key().getAlgorithm().equals(keyType) ? alias(current) : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    KeyMaterial current = recent().current();
    return current.key().getAlgorithm().equals(keyType) ? alias(current) : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return recent()
        .named(alias)
        .map(material -> material.chain().toArray(new X509Certificate[0]))
        .orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return recent().named(alias).map(KeyMaterial::key).orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    KeyMaterial current = recent().current();
    return current.key().getAlgorithm().equals(keyType) ? new String[] {alias(current)} : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  private synchronized Recent recent() {
    KeyMaterial now = source.current();
    if (!now.equals(recent.current())) {
      recent = new Recent(now, Optional.of(recent.current()));
    }
    return recent;
  }

  private static String alias(KeyMaterial material) {
    return material.chain().get(0).getSerialNumber().toString(16);
  }
}
