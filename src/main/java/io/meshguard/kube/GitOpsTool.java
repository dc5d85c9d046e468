package io.meshguard.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The GitOps tool that would write an object back, and how to have it not do so for a while.
 *
 * @param suspend command that suspends it
 * @param resume command that undoes that
 */
public record GitOpsTool(String suspend, String resume) {

  /** Returns who keeps an object; empty where nobody can be told from it. */
  public static Optional<GitOpsTool> of(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return argoCd(metadata)
        .or(() -> flux(metadata, "kustomize.toolkit.fluxcd.io/", "kustomization"))
        .or(() -> flux(metadata, "helm.toolkit.fluxcd.io/", "helmrelease"));
  }

  /**
   * The label that every Helm chart sets counts only where Argo CD itself wrote the object. In an
   * id, an application outside of Argo CD's namespace is written as namespace_name.
   */
  private static Optional<GitOpsTool> argoCd(JsonNode metadata) {
    String id = metadata.path("annotations").path("argocd.argoproj.io/tracking-id").asText();
    String own = metadata.path("labels").path("argocd.argoproj.io/instance").asText();
    String instance = metadata.path("labels").path("app.kubernetes.io/instance").asText();
    String application = !id.isEmpty() ? id.split(":", 2)[0] : own;
    if (application.isEmpty() && writtenByArgoCd(metadata)) {
      application = instance;
    }
    if (application.isEmpty()) {
      return Optional.empty();
    }
    String set = "argocd app set " + application.replace('_', '/') + " --sync-policy ";
    return Optional.of(new GitOpsTool(set + "none", set + "automated --self-heal"));
  }

  private static boolean writtenByArgoCd(JsonNode metadata) {
    for (JsonNode entry : metadata.path("managedFields")) {
      if (entry.path("manager").asText().startsWith("argocd-")) {
        return true;
      }
    }
    return false;
  }

  private static Optional<GitOpsTool> flux(JsonNode metadata, String prefix, String kind) {
    String name = metadata.path("labels").path(prefix + "name").asText();
    String namespace = metadata.path("labels").path(prefix + "namespace").asText();
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String object = " " + kind + " " + name + (namespace.isEmpty() ? "" : " -n " + namespace);
    return Optional.of(new GitOpsTool("flux suspend" + object, "flux resume" + object));
  }
}
