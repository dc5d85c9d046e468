package io.meshguard.rules.http10;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import java.util.Optional;

/**
 * Whether sidecars take HTTP/1.0: switched on in istiod for all, or per proxy by an environment
 * variable that must be exactly {@code 1}.
 *
 * @param mesh the mesh
 */
record Http10Support(Mesh mesh) {

  /** Variable of a proxy. */
  static final String VARIABLE = "ISTIO_META_HTTP10";

  /** Variable of istiod. */
  static final String ISTIOD_VARIABLE = "PILOT_HTTP10";

  /** Returns whether istiod is seen to allow HTTP/1.0. */
  boolean everywhere() {
    return new IstiodSettings(mesh).isOn(ISTIOD_VARIABLE);
  }

  /** Returns whether a sidecar of a workload may refuse HTTP/1.0. */
  boolean mayConcern(Workload workload) {
    Decision decision = new Injection(mesh).decide(workload);
    return !decision.ruledOut()
        && !everywhere()
        && !isOn(new ProxyConfigs(mesh).environment(workload, decision.revision(), VARIABLE));
  }

  /** Returns whether sidecars in a namespace may refuse HTTP/1.0. */
  boolean mayConcern(String namespace) {
    Injection injection = new Injection(mesh);
    Optional<Decision> decision = injection.namespaceLabels(namespace).map(injection::decide);
    boolean outside =
        Injection.ignores(namespace) || decision.filter(Decision::ruledOut).isPresent();
    Optional<String> revision = decision.flatMap(Decision::revision);
    return !outside && !isOn(new ProxyConfigs(mesh).environment(namespace, revision, VARIABLE));
  }

  private static boolean isOn(Optional<ProxyConfigs.Setting> setting) {
    return setting.filter(s -> s.value().equals("1")).isPresent();
  }
}
