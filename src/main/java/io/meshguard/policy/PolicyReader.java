package io.meshguard.policy;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Kind;
import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.Positions;
import io.meshguard.yaml.YamlException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads policies and says everything that is wrong with them. */
public final class PolicyReader {

  /** Name of the ConfigMap that holds the policy. */
  public static final String CONFIG_MAP = "meshguard-policy";

  private final KnownRules known;

  /**
   * Makes a reader.
   *
   * @param rules all rules
   * @param running release of this program
   */
  public PolicyReader(List<RuleInfo> rules, Version running) {
    this.known = new KnownRules(rules, running);
  }

  /**
   * Reads the policy in a ConfigMap; refuses it where anything is wrong.
   *
   * @param today the date, against which exemptions expire
   */
  public PolicyResult read(Resource configMap, LocalDate today) {
    PolicyParser reading = new PolicyParser(known);
    reading.configMap(configMap, Optional.empty());
    return reading.strict(today);
  }

  /**
   * Reads the policy in a ConfigMap that a newer release has found good: what this release does not
   * know is left out. An exemption or override that is not understood as a whole is left out as a
   * whole, for without a part it could mean more than was meant; an unknown {@code enforcement}
   * counts as {@code warn}. Refuses only what is no YAML or too large.
   */
  public PolicyResult readLenient(Resource configMap, LocalDate today) {
    PolicyParser reading = new PolicyParser(known);
    reading.configMap(configMap, Optional.empty());
    return reading.lenient(today);
  }

  /**
   * Reads the policy in a file: the ConfigMap as a manifest, alone, in a List or among other
   * documents, or policy.yaml itself.
   *
   * @param file name of the file, for the user
   * @param text its content
   */
  public PolicyResult readFile(String file, String text, LocalDate today) {
    PolicyParser reading = new PolicyParser(known);
    Manifests manifests = new Manifests(file, reading.problems());
    boolean tooLarge = text.length() > PolicyText.MOST_CHARACTERS;
    if (!tooLarge) {
      new ManifestReader("default").read(file, text, manifests);
    }
    if (tooLarge || manifests.objects == 0) {
      PolicyParser bare = new PolicyParser(known);
      bare.bare(file, text);
      return bare.strict(today);
    }
    List<Resource> found = manifests.policies();
    if (found.size() == 1) {
      reading.configMap(found.get(0), Optional.of(text));
    } else if (manifests.readable) {
      Source source = manifests.source(found);
      String message = found.isEmpty() ? "noPolicy" : "severalPolicies";
      reading.problems().add(source.place(JsonPointer.empty()), "", Optional.empty(), message);
    }
    return reading.strict(today);
  }

  /** Collects the ConfigMaps of a file. */
  private static final class Manifests implements ManifestReader.Sink {
    private final Source.File source;
    private final Problems problems;
    private final List<Resource> configMaps = new ArrayList<>();
    private int objects;
    private boolean readable = true;

    Manifests(String file, Problems problems) {
      this.source =
          new Source.File(new Origin(file, 0, JsonPointer.empty(), Positions.NONE, false));
      this.problems = problems;
    }

    @Override
    public void object(Resource object) {
      objects++;
      if (object.kind().equals(Kind.CONFIG_MAP)) {
        configMaps.add(object);
      }
    }

    @Override
    public void noObject() {}

    @Override
    public void unreadable(YamlException cause) {
      readable = false;
      PolicyText.addUnreadable(problems, source, cause);
    }

    @Override
    public void duplicateKey(String key, Position position) {
      PolicyText.addDuplicate(problems, source, key, position);
    }

    /** Returns the ConfigMaps of the policy's name; where there is none, those with its key. */
    List<Resource> policies() {
      List<Resource> named =
          configMaps.stream().filter(object -> object.name().equals(CONFIG_MAP)).toList();
      return named.isEmpty()
          ? configMaps.stream()
              .filter(object -> !object.at("data", Source.Embedded.NAME).isMissing())
              .toList()
          : named;
    }

    /** Returns where to say that there is not exactly one policy: at the second, if there is. */
    Source source(List<Resource> found) {
      return found.size() > 1 ? new Source.File(found.get(1).origin()) : source;
    }
  }
}
