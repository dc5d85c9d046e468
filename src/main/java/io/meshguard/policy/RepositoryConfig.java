package io.meshguard.policy;

import io.meshguard.mesh.Version;
import io.meshguard.rule.Language;
import java.util.List;
import java.util.Optional;

/**
 * What a repository decides for everybody who checks it, in a file {@code .meshguard.yaml}. Names
 * of files are relative to the folder of that file.
 *
 * @param paths what to check where nothing is named; empty: the folder of the file
 * @param mesh objects that are only context
 * @param closedWorld whether what is given is the whole mesh; empty where nothing is said
 * @param policy the file of the policy
 * @param istioVersion versions of Istio
 * @param kubernetesVersion version of Kubernetes
 * @param namespace namespace of objects without one
 * @param clusterDomain the DNS domain of the cluster, such as {@code cluster.local}
 * @param language language of messages
 * @param failOn lowest level that fails a check
 * @param exclude files and folders that are not read, written as in a .gitignore
 * @param worlds which files make one mesh
 * @param render whether kustomizations and charts are rendered
 * @param baseline the file of accepted findings
 */
public record RepositoryConfig(
    List<String> paths,
    List<String> mesh,
    Optional<Boolean> closedWorld,
    Optional<String> policy,
    IstioVersion istioVersion,
    Optional<Version> kubernetesVersion,
    Optional<String> namespace,
    Optional<String> clusterDomain,
    Optional<Language> language,
    Optional<FailOnLevel> failOn,
    List<String> exclude,
    List<World> worlds,
    boolean render,
    Optional<String> baseline) {

  /** The usual name of the file. */
  public static final String NAME = ".meshguard.yaml";

  /** A repository that decides nothing. */
  public static final RepositoryConfig NONE =
      new RepositoryConfig(
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          IstioVersion.AUTO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          false,
          Optional.empty());

  public RepositoryConfig {
    paths = List.copyOf(paths);
    mesh = List.copyOf(mesh);
    exclude = List.copyOf(exclude);
    worlds = List.copyOf(worlds);
  }

  /** Lowest level that fails a check. */
  public enum FailOnLevel {
    DENY,
    WARN,
    FIXABLE,
    NEVER
  }

  /**
   * Files that make one mesh.
   *
   * @param name what the user calls it
   * @param paths its files and folders; {@code *} and {@code **} stand for any names
   * @param mesh objects that are only context, of this mesh alone
   * @param values values files for charts among the paths, in the order that helm gets them
   * @param namespace namespace of objects without one
   * @param istioVersion versions of Istio there
   */
  public record World(
      String name,
      List<String> paths,
      List<String> mesh,
      List<String> values,
      Optional<String> namespace,
      IstioVersion istioVersion) {
    public World {
      paths = List.copyOf(paths);
      mesh = List.copyOf(mesh);
      values = List.copyOf(values);
    }
  }
}
