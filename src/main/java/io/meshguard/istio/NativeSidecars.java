package io.meshguard.istio;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the sidecar of a Pod is a native one: an init container that the kubelet keeps running
 * and waits for before it starts the application (istio pkg/kube/inject/webhook.go {@code
 * DetectNativeSidecar} @1.30.3).
 */
public final class NativeSidecars {

  /** Kinds that the decision is read from. */
  public static final Set<Kind> READS = IstiodSettings.READS;

  /** Annotation by which a Pod asks for a native sidecar, or refuses one. */
  public static final String ANNOTATION = "sidecar.istio.io/nativeSidecar";

  private static final Version BY_ENVIRONMENT = Version.of("1.19");
  private static final Version BY_ANNOTATION = Version.of("1.24");
  private static final Version BY_KUBELET = Version.of("1.27");
  private static final VersionRange CAPABLE_KUBELET = VersionRange.from("1.33");

  private final Mesh mesh;
  private final List<String> environment;

  /** Makes a view of a mesh. */
  public NativeSidecars(Mesh mesh) {
    this.mesh = mesh;
    this.environment = new IstiodSettings(mesh).environment("ENABLE_NATIVE_SIDECARS");
  }

  /**
   * Returns where it is true that the Pods of a template get a classic sidecar, not a native one.
   *
   * @param istio the versions that may inject
   */
  public Applicability classic(PodTemplate template, Versions istio) {
    Set<Ternary> answers = EnumSet.noneOf(Ternary.class);
    istio.known().forEach(version -> answers.add(isNative(template, version)));
    if (!istio.complete() || answers.isEmpty()) {
      answers.add(Ternary.UNKNOWN);
    }
    if (answers.equals(Set.of(Ternary.FALSE))) {
      return Applicability.EVERYWHERE;
    }
    if (answers.equals(Set.of(Ternary.TRUE))) {
      return Applicability.NOWHERE;
    }
    return answers.contains(Ternary.FALSE) ? Applicability.SOMEWHERE : Applicability.UNKNOWN;
  }

  private Ternary isNative(PodTemplate template, Version istio) {
    Cursor annotation = template.annotation(ANNOTATION);
    if (istio.isBefore(BY_ENVIRONMENT)) {
      return Ternary.FALSE;
    }
    if (istio.isBefore(BY_ANNOTATION)) {
      return byEnvironment(Ternary.FALSE);
    }
    if (istio.isBefore(BY_KUBELET)) {
      boolean wanted = annotation.is("true");
      return wanted
          ? Ternary.TRUE
          : annotation.isPresent() ? Ternary.FALSE : byEnvironment(Ternary.FALSE);
    }
    if (annotation.text().isPresent()) {
      return annotation.is("false") ? Ternary.FALSE : Ternary.TRUE;
    }
    return byEnvironment(byKubelet());
  }

  private Ternary byEnvironment(Ternary otherwise) {
    if (environment.stream().allMatch("true"::equals) && !environment.isEmpty()) {
      return Ternary.TRUE;
    }
    if (environment.stream().allMatch("false"::equals) && !environment.isEmpty()) {
      return Ternary.FALSE;
    }
    return otherwise;
  }

  /** A Pod without a node yet gets a native sidecar only if every node can run one. */
  private Ternary byKubelet() {
    Versions kubelet = mesh.facts().kubelet();
    if (kubelet.lowest().filter(lowest -> !CAPABLE_KUBELET.contains(lowest)).isPresent()) {
      return Ternary.FALSE;
    }
    return kubelet.in(CAPABLE_KUBELET) == Applicability.EVERYWHERE ? Ternary.TRUE : Ternary.UNKNOWN;
  }
}
