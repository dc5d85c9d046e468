package io.meshguard.audit;

import io.meshguard.engine.ObjectManager;
import io.meshguard.policy.General;
import io.meshguard.resource.Resource;
import java.util.Comparator;
import java.util.Optional;

/**
 * Who has to mend a stored object. What an object says of that, anybody may have written who may
 * write the object: good enough to sort findings, and for nothing else.
 *
 * @param type what it is
 * @param namespace its namespace; empty where it has none, or it is not known
 * @param name its name; empty for {@link Type#NONE}
 */
public record Owner(Type type, String namespace, String name) implements Comparable<Owner> {

  /** Nobody that can be told from the object. */
  public static final Owner NONE = new Owner(Type.NONE, "", "");

  private static final Comparator<Owner> ORDER =
      Comparator.comparing(Owner::type).thenComparing(Owner::namespace).thenComparing(Owner::name);

  /** What it is that owns an object. */
  public enum Type {
    /** An Application of Argo CD. */
    ARGO_CD_APPLICATION("argoCdApplication", "argoproj.io/v1alpha1", "Application"),
    /** A Kustomization of Flux. */
    FLUX_KUSTOMIZATION("fluxKustomization", "kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
    /** A HelmRelease of Flux. */
    FLUX_HELM_RELEASE("fluxHelmRelease", "helm.toolkit.fluxcd.io/v2", "HelmRelease"),
    /** A release that somebody installed with Helm. */
    HELM_RELEASE("helmRelease", "", ""),
    /** The value of the team's label. */
    TEAM("team", "", ""),
    /** Nobody. */
    NONE("none", "", "");

    private final String text;
    private final String apiVersion;
    private final String kind;

    Type(String text, String apiVersion, String kind) {
      this.text = text;
      this.apiVersion = apiVersion;
      this.kind = kind;
    }

    /** Returns the word for programs. */
    public String text() {
      return text;
    }

    /** Returns the API version of the owner's object; empty where it is no object. */
    public String apiVersion() {
      return apiVersion;
    }

    /** Returns the kind of the owner's object; empty where it is no object. */
    public String kind() {
      return kind;
    }
  }

  /**
   * Where owners are looked for.
   *
   * @param teamLabel label that names the team of an object which no tool owns
   * @param argoCdNamespace namespace of Argo CD
   */
  public record Marks(String teamLabel, String argoCdNamespace) {

    /** Returns what a policy says of it. */
    public static Marks of(General general) {
      return new Marks(general.teamLabel(), general.argoCdNamespace());
    }
  }

  /** Returns who owns an object: a tool if there is one, else a team. */
  public static Owner of(Resource object, Marks marks) {
    return tool(ObjectManager.of(object), marks)
        .or(
            () ->
                object
                    .label(marks.teamLabel())
                    .filter(team -> !team.isEmpty())
                    .map(team -> new Owner(Type.TEAM, "", team)))
        .orElse(NONE);
  }

  private static Optional<Owner> tool(ObjectManager manager, Marks marks) {
    Optional<Type> type =
        switch (manager.type()) {
          case ARGO_CD -> Optional.of(Type.ARGO_CD_APPLICATION);
          case FLUX_KUSTOMIZATION -> Optional.of(Type.FLUX_KUSTOMIZATION);
          case FLUX_HELM_RELEASE -> Optional.of(Type.FLUX_HELM_RELEASE);
          case HELM_RELEASE -> Optional.of(Type.HELM_RELEASE);
          case NOBODY, CONTROLLER -> Optional.empty();
        };
    boolean elsewhere = type.filter(Type.ARGO_CD_APPLICATION::equals).isEmpty();
    String namespace =
        elsewhere || !manager.namespace().isEmpty() ? manager.namespace() : marks.argoCdNamespace();
    return type.filter(t -> !manager.name().isEmpty())
        .map(t -> new Owner(t, namespace, manager.name()));
  }

  /** Returns whether the owner is an object of the cluster, so that something can be told of it. */
  public boolean isObject() {
    return !type.kind().isEmpty() && !namespace.isEmpty();
  }

  /** Returns {@code namespace/name}, or the name alone. */
  public String path() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  @Override
  public int compareTo(Owner other) {
    return ORDER.compare(this, other);
  }
}
