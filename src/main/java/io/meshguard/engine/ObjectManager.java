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
 *
 * @param type what it is
 * @param name the application of Argo CD, the object of Flux, or the release of Helm; else, and
 *     where it is not known, empty
 * @param namespace the namespace of that; empty where it is not known. Argo CD says it only of an
 *     application that is not in its own namespace
 */
public record ObjectManager(Type type, String name, String namespace) {

  private static final ObjectManager NOBODY = new ObjectManager(Type.NOBODY, "", "");
  private static final ObjectManager CONTROLLER = new ObjectManager(Type.CONTROLLER, "", "");

  private static final String TRACKING_ID = "argocd.argoproj.io/tracking-id";
  private static final String ARGO_CD_INSTANCE = "argocd.argoproj.io/instance";
  private static final String ANY_INSTANCE = "app.kubernetes.io/instance";

  private static final Set<String> ARGO_CD_MANAGERS =
      Set.of("argocd-controller", "argocd-application-controller");
  private static final Set<String> CONTROLLERS = Set.of("rollouts-controller", "flagger");

  /** Field managers from which it is told who keeps an object; no other matters. */
  public static final Set<String> MANAGERS =
      Stream.concat(ARGO_CD_MANAGERS.stream(), CONTROLLERS.stream())
          .collect(Collectors.toUnmodifiableSet());

  /** What it is that keeps an object. */
  public enum Type {
    /** Nothing that can be told from the object. */
    NOBODY,
    /** A controller in the cluster that writes the object itself. */
    CONTROLLER,
    /** An application of Argo CD, from Git. */
    ARGO_CD,
    /** A Kustomization of Flux, from Git. */
    FLUX_KUSTOMIZATION,
    /** A HelmRelease of Flux, from Git. */
    FLUX_HELM_RELEASE,
    /** A release that somebody installed with Helm; Helm writes only when it is asked to. */
    HELM_RELEASE
  }

  /** Returns who keeps an object, as the object and whoever asks for it say. */
  public static ObjectManager of(Resource object, Optional<Requester> requester) {
    if (marked(object) || managedBy(object, CONTROLLERS)) {
      return CONTROLLER;
    }
    return byArgoCd(object, requester)
        .or(() -> byFlux(object, Type.FLUX_KUSTOMIZATION, "kustomize.toolkit.fluxcd.io/"))
        .or(() -> byFlux(object, Type.FLUX_HELM_RELEASE, "helm.toolkit.fluxcd.io/"))
        .or(() -> byHelm(object))
        .orElse(NOBODY);
  }

  /** Returns who keeps an object, as the object says. */
  public static ObjectManager of(Resource object) {
    return of(object, Optional.empty());
  }

  /** Returns whether a controller in the cluster keeps the object. */
  public boolean controller() {
    return type == Type.CONTROLLER;
  }

  /** Returns whether the object is kept in Git. */
  public boolean git() {
    return switch (type) {
      case ARGO_CD, FLUX_KUSTOMIZATION, FLUX_HELM_RELEASE -> true;
      case NOBODY, CONTROLLER, HELM_RELEASE -> false;
    };
  }

  /**
   * Returns whether a controller makes the request, on an object that it keeps, or lets go by this
   * request. Only who asks proves that, never what stands in the object.
   */
  static boolean byController(Review review) {
    return asController(review)
        && (of(review.object()).controller()
            || review.old().filter(old -> of(old).controller()).isPresent());
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

  /**
   * An id begins with the application. Of labels, Argo CD's own says enough; the usual one that
   * every Helm chart sets counts only where Argo CD wrote the object or asks.
   */
  private static Optional<ObjectManager> byArgoCd(Resource object, Optional<Requester> requester) {
    return object
        .annotation(TRACKING_ID)
        .map(id -> id.split(":", 2)[0])
        .or(() -> object.label(ARGO_CD_INSTANCE))
        .or(() -> object.label(ANY_INSTANCE).filter(name -> argoCdWrites(object, requester)))
        .map(ObjectManager::application);
  }

  /** Argo CD writes an application outside of its own namespace as namespace_name. */
  private static ObjectManager application(String id) {
    int end = id.indexOf('_');
    return end < 0
        ? new ObjectManager(Type.ARGO_CD, id, "")
        : new ObjectManager(Type.ARGO_CD, id.substring(end + 1), id.substring(0, end));
  }

  private static Optional<ObjectManager> byHelm(Resource object) {
    return object
        .annotation("meta.helm.sh/release-name")
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                new ObjectManager(
                    Type.HELM_RELEASE,
                    name,
                    object.annotation("meta.helm.sh/release-namespace").orElse("")));
  }

  private static boolean argoCdWrites(Resource object, Optional<Requester> requester) {
    return managedBy(object, ARGO_CD_MANAGERS)
        || requester
            .map(Requester::serviceAccount)
            .filter(account -> account.endsWith("/argocd-application-controller"))
            .isPresent();
  }

  private static Optional<ObjectManager> byFlux(Resource object, Type type, String prefix) {
    return object
        .label(prefix + "name")
        .map(name -> new ObjectManager(type, name, object.label(prefix + "namespace").orElse("")));
  }

  private static boolean managedBy(Resource object, Set<String> managers) {
    return object.at("metadata", "managedFields").each().stream()
        .anyMatch(entry -> managers.contains(entry.at("manager").text("")));
  }
}
