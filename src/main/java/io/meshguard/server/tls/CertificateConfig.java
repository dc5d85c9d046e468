package io.meshguard.server.tls;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of the serving certificate; environment variables begin the same way. */
@ConfigMapping(prefix = "meshguard.cluster")
public interface CertificateConfig {

  /** Returns the directory of {@code tls.crt} and {@code tls.key}; empty for a self-made one. */
  Optional<Path> certificateDirectory();

  /**
   * Returns the name of the Secret in which all replicas share the authority that signs their
   * certificates; empty for an authority that lives and dies with this process.
   */
  Optional<String> authoritySecret();
}
