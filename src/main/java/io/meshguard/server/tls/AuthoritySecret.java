package io.meshguard.server.tls;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.openssl.PEMException;
import org.jboss.logging.Logger;

/** The Secret that holds the shared authorities. Whoever writes it second must read it again. */
public final class AuthoritySecret {

  private static final Logger LOG = Logger.getLogger(AuthoritySecret.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  /** Makes one for a Secret, which may not exist yet. */
  public AuthoritySecret(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /**
   * What the Secret holds.
   *
   * @param authorities empty where what it holds cannot be used
   * @param version its resource version
   */
  record Stored(Optional<SharedAuthorities> authorities, String version) {}

  /** Returns what is stored; empty where there is no Secret. */
  Optional<Stored> load() {
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      return Optional.empty();
    }
    String version = secret.getMetadata().getResourceVersion();
    try {
      return Optional.of(new Stored(Optional.of(decode(secret)), version));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.errorf("Secret %s holds no authority that can be used: %s", name, e.getMessage());
      return Optional.of(new Stored(Optional.empty(), version));
    }
  }

  /** Creates the Secret; returns false where there is one by now. */
  boolean create(SharedAuthorities authorities) {
    return written(
        () ->
            client
                .secrets()
                .inNamespace(namespace)
                .resource(encode(authorities, Optional.empty()))
                .create());
  }

  /**
   * Replaces what was read under a version; returns false where there is another version by now.
   */
  boolean replace(SharedAuthorities authorities, String version) {
    return written(
        () ->
            client
                .secrets()
                .inNamespace(namespace)
                .resource(encode(authorities, Optional.of(version)))
                .lockResourceVersion(version)
                .update());
  }

  private static boolean written(Runnable write) {
    try {
      write.run();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private Secret encode(SharedAuthorities authorities, Optional<String> version) {
    Map<String, String> data = new HashMap<>();
    data.put("ca.crt", authorities.pem());
    put(data, "tls", authorities.signing());
    authorities.announced().ifPresent(authority -> put(data, "next", authority));
    authorities
        .previous()
        .ifPresent(certificate -> data.put("previous.crt", PemText.of(certificate)));
    data.replaceAll((key, text) -> base64(text));
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .addToLabels("app.kubernetes.io/managed-by", "meshguard")
            .endMetadata()
            .withType("Opaque")
            .withData(data)
            .build();
    version.ifPresent(secret.getMetadata()::setResourceVersion);
    return secret;
  }

  private static void put(Map<String, String> data, String prefix, Authority authority) {
    data.put(prefix + ".crt", PemText.of(authority.certificate()));
    data.put(prefix + ".key", PemText.of(authority.key()));
  }

  private static SharedAuthorities decode(Secret secret)
      throws IOException, GeneralSecurityException {
    Map<String, String> data =
        secret.getData() == null ? Map.of() : new HashMap<>(secret.getData());
    Optional<Authority> announced =
        data.containsKey("next.crt") ? Optional.of(authority(data, "next")) : Optional.empty();
    Optional<X509Certificate> previous =
        data.containsKey("previous.crt")
            ? Optional.of(certificate(data, "previous.crt"))
            : Optional.empty();
    return new SharedAuthorities(authority(data, "tls"), announced, previous);
  }

  private static Authority authority(Map<String, String> data, String prefix)
      throws IOException, GeneralSecurityException {
    String keyName = prefix + ".key";
    X509Certificate certificate = certificate(data, prefix + ".crt");
    if (certificate.getBasicConstraints() < 0) {
      throw new PEMException(prefix + ".crt is no authority");
    }
    Authority authority =
        new Authority(PemText.privateKey(text(data, keyName), keyName), certificate);
    PublicKeys.requirePair(new KeyMaterial(authority.key(), List.of(certificate)));
    return authority;
  }

  private static X509Certificate certificate(Map<String, String> data, String name)
      throws IOException, GeneralSecurityException {
    return PemText.certificates(text(data, name), name).get(0);
  }

  private static String text(Map<String, String> data, String name) {
    return new String(
        Base64.getDecoder().decode(data.getOrDefault(name, "")), StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
