package io.meshguard.admission;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** Settings of traces; environment variables begin the same way. */
@ConfigMapping(prefix = "meshguard.tracing")
public interface TracingConfig {

  /** Returns where traces are sent by OTLP over HTTP; empty for none. */
  Optional<URI> endpoint();
}
