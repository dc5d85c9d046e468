package io.meshguard.istio;

import io.meshguard.mesh.Access;
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

  private static final String ANNOTATION = "sidecar.istio.io/nativeSidecar";
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
    Set<Access.Answer> answers = EnumSet.noneOf(Access.Answer.class);
    istio.known().forEach(version -> answers.add(isNative(template, version)));
    if (!istio.complete() || answers.isEmpty()) {
      answers.add(Access.Answer.UNKNOWN);
    }
    if (answers.equals(Set.of(Access.Answer.NO))) {
      return Applicability.EVERYWHERE;
    }
    if (answers.equals(Set.of(Access.Answer.YES))) {
      return Applicability.NOWHERE;
    }
    return answers.contains(Access.Answer.NO) ? Applicability.SOMEWHERE : Applicability.UNKNOWN;
  }

  private Access.Answer isNative(PodTemplate template, Version istio) {
    Cursor annotation = template.annotation(ANNOTATION);
    if (istio.isBefore(BY_ENVIRONMENT)) {
      return Access.Answer.NO;
    }
    if (istio.isBefore(BY_ANNOTATION)) {
      return byEnvironment(Access.Answer.NO);
    }
    if (istio.isBefore(BY_KUBELET)) {
      boolean wanted = annotation.is("true");
      return wanted
          ? Access.Answer.YES
          : annotation.isPresent() ? Access.Answer.NO : byEnvironment(Access.Answer.NO);
    }
    if (annotation.text().isPresent()) {
      return annotation.is("false") ? Access.Answer.NO : Access.Answer.YES;
    }
    return byEnvironment(byKubelet());
  }

  private Access.Answer byEnvironment(Access.Answer otherwise) {
    if (environment.stream().allMatch("true"::equals) && !environment.isEmpty()) {
      return Access.Answer.YES;
    }
    if (environment.stream().allMatch("false"::equals) && !environment.isEmpty()) {
      return Access.Answer.NO;
    }
    return otherwise;
  }

  /** A Pod without a node yet gets a native sidecar only if every node can run one. */
  private Access.Answer byKubelet() {
    Versions kubelet = mesh.facts().kubelet();
    if (kubelet.lowest().filter(lowest -> !CAPABLE_KUBELET.contains(lowest)).isPresent()) {
      return Access.Answer.NO;
    }
    return kubelet.in(CAPABLE_KUBELET) == Applicability.EVERYWHERE
        ? Access.Answer.YES
        : Access.Answer.UNKNOWN;
  }
}
