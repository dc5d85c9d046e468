package io.meshguard.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** The certificate in a directory that a Secret of type kubernetes.io/tls is mounted to. */
final class MountedCertificate implements CertificateSource {

  private final Path directory;
  private volatile Loaded loaded;

  /** Reads {@code tls.crt} and {@code tls.key}. */
  MountedCertificate(Path directory) throws IOException, GeneralSecurityException {
    this.directory = directory;
    this.loaded = load();
  }

  private record Loaded(String certificates, String key, KeyMaterial material) {}

  @Override
  public KeyMaterial current() {
    return loaded.material();
  }

  /** Compares contents, not times: the kubelet swaps a symbolic link. */
  @Override
  public boolean refresh() throws IOException, GeneralSecurityException {
    boolean same =
        read("tls.crt").equals(loaded.certificates()) && read("tls.key").equals(loaded.key());
    if (same) {
      return false;
    }
    loaded = load();
    return true;
  }

  @Override
  public Optional<String> authorityPem() {
    return Optional.empty();
  }

  private Loaded load() throws IOException, GeneralSecurityException {
    String certificates = read("tls.crt");
    String key = read("tls.key");
    KeyMaterial material =
        new KeyMaterial(
            PemText.privateKey(key, "tls.key"), PemText.certificates(certificates, "tls.crt"));
    PublicKeys.requirePair(material);
    return new Loaded(certificates, key, material);
  }

  private String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }
}
