package io.meshguard.rule;

import io.meshguard.mesh.Requester;
import io.meshguard.resource.Resource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who keeps an object as it is, and would undo what somebody else writes to it. */
public enum Upkeep {
  /** Nobody that can be told from the object. */
  NOBODY,
  /** A controller in the cluster that writes the object itself. */
  CONTROLLER,
  /** Argo CD, from Git. */
  ARGO_CD,
  /** Flux, from Git. */
  FLUX;

  private static final Set<String> ARGO_CD_MANAGERS =
      Set.of("argocd-controller", "argocd-application-controller");
  private static final Set<String> CONTROLLERS = Set.of("rollouts-controller", "flagger");

  /** Field managers from which it is told who keeps an object; no other matters. */
  public static final Set<String> MANAGERS =
      Stream.concat(ARGO_CD_MANAGERS.stream(), CONTROLLERS.stream())
          .collect(Collectors.toUnmodifiableSet());

  /** Returns who keeps an object. */
  public static Upkeep of(Resource object, Optional<Requester> requester) {
    if (byController(object)) {
      return CONTROLLER;
    }
    if (byArgoCd(object, requester)) {
      return ARGO_CD;
    }
    boolean flux =
        object.label("kustomize.toolkit.fluxcd.io/name").isPresent()
            || object.label("helm.toolkit.fluxcd.io/name").isPresent();
    return flux ? FLUX : NOBODY;
  }

  /** Returns whether the object is kept in Git. */
  public boolean git() {
    return this == ARGO_CD || this == FLUX;
  }

  private static boolean byController(Resource object) {
    return object.controller().isPresent()
        || object.label("gateway.istio.io/managed").isPresent()
        || object.label("gateway.networking.k8s.io/gateway-name").isPresent()
        || object.label("app.kubernetes.io/managed-by").filter("flagger"::equals).isPresent()
        || managedBy(object, CONTROLLERS);
  }

  /** The instance label alone proves nothing: every Helm chart sets it. */
  private static boolean byArgoCd(Resource object, Optional<Requester> requester) {
    if (object.annotation("argocd.argoproj.io/tracking-id").isPresent()) {
      return true;
    }
    boolean instance =
        object.label("app.kubernetes.io/instance").isPresent()
            || object.label("argocd.argoproj.io/instance").isPresent();
    boolean asksItself =
        requester
            .map(Requester::serviceAccount)
            .filter(account -> account.endsWith("/argocd-application-controller"))
            .isPresent();
    return instance && (asksItself || managedBy(object, ARGO_CD_MANAGERS));
  }

  private static boolean managedBy(Resource object, Set<String> managers) {
    return object.at("metadata", "managedFields").each().stream()
        .anyMatch(entry -> managers.contains(entry.at("manager").text("")));
  }
}
