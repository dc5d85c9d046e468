package io.meshguard.policy;

import io.meshguard.policy.RepositoryConfig.FailOnLevel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the configuration of a repository and says everything that is wrong with it. */
public final class RepositoryConfigReader {

  static final List<String> KEYS =
      List.of(
          "paths",
          "mesh",
          "closedWorld",
          "policy",
          "istioVersion",
          "kubernetesVersion",
          "namespace",
          "clusterDomain",
          "language",
          "failOn",
          "exclude",
          "worlds",
          "render",
          "baseline");

  static final List<String> WORLD_KEYS =
      List.of("name", "paths", "mesh", "values", "namespace", "istioVersion");

  static final Map<String, FailOnLevel> LEVELS = levels();

  private RepositoryConfigReader() {}

  /**
   * What became of reading a configuration.
   *
   * @param config the configuration; what is wrong in it is left out
   * @param problems everything that is wrong; the configuration is to be used only where empty
   */
  public record Result(RepositoryConfig config, List<Problem> problems) {
    public Result {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads a text.
   *
   * @param file its name for the user
   */
  public static Result read(String file, String text) {
    Problems problems = new Problems();
    RepositoryConfig config =
        new PolicyText(file, Source.File::new, problems)
            .read(text)
            .map(RepositoryConfigReader::read)
            .orElse(RepositoryConfig.NONE);
    return new Result(config, problems.all());
  }

  private static RepositoryConfig read(PolicyNode root) {
    root.onlyKeys(KEYS);
    return new RepositoryConfig(
        root.at("paths").texts(),
        root.at("mesh").texts(),
        root.at("closedWorld").bool(),
        root.at("policy").filledText(),
        GeneralReader.istioVersion(root.at("istioVersion")),
        GeneralReader.versionOrAuto(root.at("kubernetesVersion")),
        namespace(root.at("namespace")),
        domain(root.at("clusterDomain")),
        root.at("language").word(GeneralReader.LANGUAGES),
        root.at("failOn").word(LEVELS),
        root.at("exclude").texts(),
        worlds(root.at("worlds")),
        root.at("render").bool().orElse(false),
        root.at("baseline").filledText());
  }

  private static List<RepositoryConfig.World> worlds(PolicyNode list) {
    List<RepositoryConfig.World> worlds = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (PolicyNode item : list.items()) {
      item.onlyKeys(WORLD_KEYS);
      Optional<String> name = required(item.at("name")).filledText();
      name.filter(known -> !names.add(known))
          .ifPresent(known -> item.at("name").problem("worldTwice", known));
      worlds.add(
          new RepositoryConfig.World(
              name.orElse(""),
              required(item.at("paths")).texts(),
              item.at("mesh").texts(),
              item.at("values").texts(),
              namespace(item.at("namespace")),
              GeneralReader.istioVersion(item.at("istioVersion"))));
    }
    return worlds;
  }

  private static PolicyNode required(PolicyNode node) {
    if (!node.isSet()) {
      node.problem("required");
    }
    return node;
  }

  private static Optional<String> namespace(PolicyNode node) {
    Optional<String> name = node.filledText();
    if (name.isPresent() && !GeneralReader.isLabel(name.get())) {
      node.problem("badNamespace", name.get());
      return Optional.empty();
    }
    return name;
  }

  private static Optional<String> domain(PolicyNode node) {
    Optional<String> name = node.filledText();
    boolean good =
        name.stream()
            .flatMap(text -> List.of(text.split("\\.", -1)).stream())
            .allMatch(GeneralReader::isLabel);
    if (!good) {
      node.problem("badDomain", name.orElse(""));
      return Optional.empty();
    }
    return name;
  }

  private static Map<String, FailOnLevel> levels() {
    Map<String, FailOnLevel> words = new LinkedHashMap<>();
    for (FailOnLevel level : FailOnLevel.values()) {
      words.put(level.name().toLowerCase(Locale.ROOT), level);
    }
    return words;
  }
}
