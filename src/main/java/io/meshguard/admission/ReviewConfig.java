package io.meshguard.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings of the webhook; environment variables begin the same way. */
@ConfigMapping(prefix = "meshguard.review")
public interface ReviewConfig {

  /** Returns how many reviews run at once; 0 for two for each processor. */
  @WithDefault("0")
  int threads();

  /** Returns how many reviews wait for a thread before others are turned away with 503. */
  @WithDefault("256")
  int waiting();
}
