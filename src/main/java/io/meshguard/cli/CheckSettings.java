package io.meshguard.cli;

import io.meshguard.files.PathGlob;
import io.meshguard.files.SourceText;
import io.meshguard.lint.CheckContext;
import io.meshguard.mesh.Version;
import io.meshguard.policy.IstioVersion;
import io.meshguard.policy.RepositoryConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What holds for a check: an option where one is given, else the repository's configuration. */
final class CheckSettings {

  private static final String NAMESPACE = "default";

  private final CheckOptions options;
  private final ConfigFile file;
  private final RepositoryConfig config;
  private final boolean render;

  CheckSettings(CheckOptions options, ConfigFile file) {
    this(options, file, options.render || file.config().render());
  }

  private CheckSettings(CheckOptions options, ConfigFile file, boolean render) {
    this.options = options;
    this.file = file;
    this.config = file.config();
    this.render = render;
  }

  /** Returns the same without rendering, which reads files and no texts that are being edited. */
  CheckSettings unrendered() {
    return new CheckSettings(options, file, false);
  }

  /** Returns the configuration of the repository. */
  ConfigFile file() {
    return file;
  }

  /** Returns the paths that were named on the command line. */
  List<String> named() {
    return options.paths;
  }

  /** Returns what to check: what was named, else what the repository says, else its folder. */
  List<String> paths() {
    if (!options.paths.isEmpty()) {
      return options.paths;
    }
    return config.paths().isEmpty() ? List.of(file.named("")) : expand(config.paths());
  }

  /** Returns the objects that are only context. */
  List<String> mesh() {
    return options.meshPaths.isEmpty() ? expand(config.mesh()) : options.meshPaths;
  }

  /** Returns everything on which the outcome of a check depends. */
  List<Path> sources() {
    List<String> names = new ArrayList<>(paths());
    names.addAll(mesh());
    for (RepositoryConfig.World world : worlds()) {
      names.addAll(expand(world.paths()));
      names.addAll(expand(world.mesh()));
    }
    policy().ifPresent(names::add);
    baseline().ifPresent(names::add);
    file.file().ifPresent(names::add);
    return names.stream().map(Path::of).toList();
  }

  /** Returns the file of the policy. */
  Optional<String> policy() {
    return Optional.ofNullable(options.policy).or(() -> config.policy().map(file::named));
  }

  /** Returns whether kustomizations and charts are rendered. */
  boolean render() {
    return render;
  }

  boolean closedWorld() {
    return options.closedWorld || config.closedWorld().orElse(false);
  }

  /** Returns the namespace of objects without one. */
  String namespace() {
    return options.namespace == null ? config.namespace().orElse(NAMESPACE) : options.namespace;
  }

  /** Returns the namespace of objects of a mesh without one. */
  String namespace(RepositoryConfig.World world) {
    return options.namespace == null ? world.namespace().orElseGet(this::namespace) : namespace();
  }

  FailOn failOn() {
    FailOn chosen = options.failOn;
    if (chosen != null) {
      return chosen;
    }
    return config.failOn().map(level -> FailOn.valueOf(level.name())).orElse(FailOn.DENY);
  }

  /** Returns what is said of versions for objects of no mesh in particular. */
  CheckContext.Said said() {
    return said(config.istioVersion());
  }

  /** Returns what is said of versions for a mesh. */
  CheckContext.Said said(RepositoryConfig.World world) {
    return said(world.istioVersion().auto() ? config.istioVersion() : world.istioVersion());
  }

  private CheckContext.Said said(IstioVersion istio) {
    List<Version> kubernetes =
        options.kubernetesVersions.isEmpty()
            ? config.kubernetesVersion().stream().toList()
            : options.kubernetesVersions;
    return new CheckContext.Said(options.istioVersions, kubernetes, istio, config.clusterDomain());
  }

  /** Returns the file of the baseline. */
  Optional<String> baseline() {
    @Nullable String given = options.baseline;
    return Optional.ofNullable(given).or(() -> config.baseline().map(file::named));
  }

  /**
   * Returns the meshes of the repository. Where it names none, but what there is to check, a file
   * that is named is judged among that.
   */
  List<RepositoryConfig.World> worlds() {
    boolean whole = options.paths.isEmpty() || config.paths().isEmpty();
    return !config.worlds().isEmpty() || whole
        ? config.worlds()
        : List.of(
            new RepositoryConfig.World(
                RepositoryConfig.NAME,
                config.paths(),
                List.of(),
                List.of(),
                Optional.empty(),
                IstioVersion.AUTO));
  }

  /**
   * Returns the files and folders that paths of the configuration stand for.
   *
   * @throws UnusableException if a folder cannot be read
   */
  List<String> expand(List<String> paths) {
    List<String> all = new ArrayList<>();
    for (String path : paths) {
      try {
        for (Path found : PathGlob.expand(file.folder(), path)) {
          all.add(file.named(found.toString()));
        }
      } catch (IOException e) {
        throw new UnusableException("of", path, SourceText.reason(e));
      }
    }
    return all;
  }
}
