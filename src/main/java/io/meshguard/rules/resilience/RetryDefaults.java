package io.meshguard.rules.resilience;

import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a route without retries of its own gets: Istio's default policy, or since 1.12 the one of
 * the mesh configuration (istio pilot/pkg/networking/core/route/retry/retry.go {@code
 * ConvertPolicy} @1.30.3).
 *
 * @param harmless whether nothing is repeated that a server may have begun
 * @param where for which versions the rest holds
 * @param own the mesh configuration's policy; empty where it is Istio's
 */
record RetryDefaults(boolean harmless, Applicability where, Optional<Own> own) {

  /**
   * Conditions under which the server may have acted before the failure was seen. Not among them
   * are those that need what no field of Istio can say: {@code retriable-status-codes} without
   * codes, {@code retriable-headers}.
   */
  private static final Set<String> RISKY =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "retriable-4xx",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  private static final VersionRange IGNORES_MESH_CONFIG = VersionRange.before("1.12");

  /**
   * A policy of the mesh configuration.
   *
   * @param attempts how often a request is repeated
   * @param retryOn on what; empty for Istio's conditions
   */
  record Own(long attempts, String retryOn) {

    boolean isHarmless() {
      return attempts <= 0 || (!retryOn.isEmpty() && risky(retryOn).isEmpty());
    }
  }

  /** Returns the defaults of a mesh. */
  static RetryDefaults of(Mesh mesh) {
    Applicability ignored = mesh.facts().istio().in(IGNORES_MESH_CONFIG);
    List<Optional<Own>> policies =
        MeshConfig.all(mesh).stream()
            .map(config -> own(config.config().at("defaultHttpRetryPolicy")))
            .toList();
    boolean set = policies.stream().anyMatch(Optional::isPresent);
    boolean harmless =
        set && policies.stream().allMatch(own -> own.filter(Own::isHarmless).isPresent());
    boolean read = !ignored.isMet();
    if (read) {
      Optional<Own> own =
          policies.stream().allMatch(Optional::isPresent)
              ? policies.stream().flatMap(Optional::stream).filter(o -> !o.isHarmless()).findFirst()
              : Optional.empty();
      return new RetryDefaults(harmless, Applicability.EVERYWHERE, own);
    }
    return new RetryDefaults(
        false, harmless ? ignored : Applicability.EVERYWHERE, Optional.empty());
  }

  /**
   * Returns the first of the conditions under which a server may have acted already. Blanks and
   * empty parts do not count, and words that Envoy does not know repeat nothing; where nothing is
   * left there are no retries at all.
   */
  static Optional<String> risky(String retryOn) {
    return Stream.of(retryOn.split(","))
        .map(String::strip)
        .filter(condition -> RISKY.contains(condition) || RetryConditions.isStatus(condition))
        .findFirst();
  }

  private static Optional<Own> own(Cursor policy) {
    return policy.isObject()
        ? Optional.of(
            new Own(policy.at("attempts").integer().orElse(0), policy.at("retryOn").text("")))
        : Optional.empty();
  }
}
