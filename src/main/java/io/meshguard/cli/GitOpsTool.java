package io.meshguard.cli;

import io.meshguard.engine.ObjectManager;
import java.util.Optional;

/**
 * The GitOps tool that would write an object back, and how to have it not do so for a while.
 *
 * @param suspend command that suspends it
 * @param resume command that undoes that
 */
record GitOpsTool(String suspend, String resume) {

  /** Returns the tool; empty where the object is not kept in Git, or it is not known as what. */
  static Optional<GitOpsTool> of(ObjectManager manager) {
    if (manager.name().isEmpty()) {
      return Optional.empty();
    }
    return switch (manager.type()) {
      case ARGO_CD -> Optional.of(argoCd(manager));
      case FLUX_KUSTOMIZATION -> Optional.of(flux("kustomization", manager));
      case FLUX_HELM_RELEASE -> Optional.of(flux("helmrelease", manager));
      case NOBODY, CONTROLLER, HELM_RELEASE -> Optional.empty();
    };
  }

  private static GitOpsTool argoCd(ObjectManager manager) {
    String namespace = manager.namespace().isEmpty() ? "" : manager.namespace() + "/";
    String set = "argocd app set " + namespace + manager.name() + " --sync-policy ";
    return new GitOpsTool(set + "none", set + "automated --self-heal");
  }

  private static GitOpsTool flux(String kind, ObjectManager manager) {
    String namespace = manager.namespace().isEmpty() ? "" : " -n " + manager.namespace();
    String object = " " + kind + " " + manager.name() + namespace;
    return new GitOpsTool("flux suspend" + object, "flux resume" + object);
  }
}
