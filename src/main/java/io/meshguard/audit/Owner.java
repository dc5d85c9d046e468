package io.meshguard.audit;

import io.meshguard.engine.ObjectManager;
import io.meshguard.policy.General;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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

  private static final int LONGEST_NAME = 253;

  private static final Comparator<Owner> ORDER =
      Comparator.comparing(Owner::type).thenComparing(Owner::namespace).thenComparing(Owner::name);

  private static final Kind APPLICATION =
      new Kind("argoproj.io", "Application", "applications", true, List.of("v1alpha1"));
  private static final Kind KUSTOMIZATION =
      new Kind(
          "kustomize.toolkit.fluxcd.io",
          "Kustomization",
          "kustomizations",
          true,
          List.of("v1", "v1beta2"));
  private static final Kind FLUX_RELEASE =
      new Kind(
          "helm.toolkit.fluxcd.io",
          "HelmRelease",
          "helmreleases",
          true,
          List.of("v2", "v2beta2", "v2beta1"));

  /** What it is that owns an object. */
  public enum Type {
    /** An Application of Argo CD. */
    ARGO_CD_APPLICATION("argoCdApplication"),
    /** A Kustomization of Flux. */
    FLUX_KUSTOMIZATION("fluxKustomization"),
    /** A HelmRelease of Flux. */
    FLUX_HELM_RELEASE("fluxHelmRelease"),
    /** A release that somebody installed with Helm. */
    HELM_RELEASE("helmRelease"),
    /** The value of the team's label. */
    TEAM("team"),
    /** Nobody. */
    NONE("none");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    /** Returns the word for programs. */
    public String text() {
      return text;
    }

    /** Returns the kind of the owner's object; empty where it is no object. */
    public Optional<Kind> kind() {
      return switch (this) {
        case ARGO_CD_APPLICATION -> Optional.of(APPLICATION);
        case FLUX_KUSTOMIZATION -> Optional.of(KUSTOMIZATION);
        case FLUX_HELM_RELEASE -> Optional.of(FLUX_RELEASE);
        case HELM_RELEASE, TEAM, NONE -> Optional.empty();
      };
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

  /**
   * Returns the owner that is an object of the cluster, by {@code Kind/namespace/name}; empty where
   * the text names none.
   */
  public static Optional<Owner> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
      return Optional.empty();
    }
    return Arrays.stream(Type.values())
        .filter(type -> type.kind().filter(kind -> kind.name().equals(parts[0])).isPresent())
        .map(type -> new Owner(type, parts[1], parts[2]))
        .findFirst();
  }

  /**
   * Returns {@code Kind/namespace/name}, as {@link #parse} reads it; empty where the owner is no
   * object of the cluster, it is not known where it is, or no object can have its name.
   */
  public Optional<String> reference() {
    return type.kind()
        .filter(kind -> isName(namespace) && isName(name))
        .map(kind -> kind.name() + "/" + path());
  }

  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_NAME
        && text.chars()
            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')
        && Character.isLetterOrDigit(text.charAt(0));
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
