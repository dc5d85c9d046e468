package io.meshguard.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who keeps an object as it is, and would undo what somebody else writes to it. The marks by which
 * an object says so can be written by anybody who may write the object: they may keep a fix away,
 * and never lower a denial unless whoever asks is known to be a controller.
 */
public enum ObjectManager {
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

  /** Returns who keeps an object, as the object says. */
  public static ObjectManager of(Resource object, Optional<Requester> requester) {
    if (marked(object) || managedBy(object, CONTROLLERS)) {
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

  /**
   * Returns whether a controller makes the request, on an object that it keeps, or lets go by this
   * request. Only who asks proves that, never what stands in the object.
   */
  static boolean byController(Review review) {
    return asController(review)
        && (of(review.object(), Optional.empty()) == CONTROLLER
            || review.old().filter(old -> of(old, Optional.empty()) == CONTROLLER).isPresent());
  }

  /**
   * Returns whether the stored object says that a controller keeps it, and the new one does not: so
   * what it has may have been let in for that alone.
   */
  static boolean letGo(Resource old, Resource object) {
    return marked(old) && !marked(object);
  }

  /**
   * Returns the object as rules look at it. They pass over what another object made, for that other
   * one is judged. So a live object is shown without its owners where that is not so: where whoever
   * asks is no controller, for then they may be made up, or where they are of a kind that nothing
   * judges.
   */
  static Resource believed(Review review) {
    Resource object = review.object();
    boolean doubtful =
        review.live()
            && object
                .controller()
                .filter(owner -> !asController(review) || !isJudged(owner))
                .isPresent();
    if (!doubtful || !(object.tree() instanceof ObjectNode tree)) {
      return object;
    }
    ObjectNode shown = tree.objectNode().setAll(tree);
    JsonNode metadata = tree.path("metadata");
    if (metadata instanceof ObjectNode own) {
      ObjectNode alone = own.objectNode().setAll(own);
      alone.remove("ownerReferences");
      shown.set("metadata", alone);
    }
    return object.withTree(shown);
  }

  private static boolean isJudged(Cursor owner) {
    return PodTemplate.WORKLOADS.contains(
        Kind.of(owner.at("apiVersion").text(""), owner.at("kind").text("")));
  }

  private static boolean asController(Review review) {
    return review.subject().requester().filter(review.settings()::controller).isPresent();
  }

  private static boolean marked(Resource object) {
    return object.controller().isPresent()
        || object.label("gateway.istio.io/managed").isPresent()
        || object.label("gateway.networking.k8s.io/gateway-name").isPresent()
        || object.label("app.kubernetes.io/managed-by").filter("flagger"::equals).isPresent();
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
