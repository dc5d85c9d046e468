package io.meshguard.server.tls;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Settings of who may call the webhook; environment variables begin the same way. */
@ConfigMapping(prefix = "meshguard.client")
public interface ClientConfig {

  /**
   * Returns the file of the authorities, in PEM, one of which must have signed the certificate of
   * whoever calls; empty if anybody may.
   */
  Optional<Path> caFile();

  /**
   * Returns the names of which a caller's certificate must have one, as common name or DNS name;
   * empty if any will do.
   */
  Optional<Set<String>> names();
}
