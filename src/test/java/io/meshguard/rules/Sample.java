package io.meshguard.rules;

import io.meshguard.istio.ClusterDomain;
import io.meshguard.mesh.Access;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.MeshWithAccess;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Requester;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Parameters;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A YAML text of a rule page or fixture: objects, the lines on which a finding is expected, and how
 * it is to be checked.
 *
 * <p>Two forms of comment count. {@code # finding} or {@code # finding: text} at the end of a line
 * expects a finding there, whose message holds the text. {@code # check: …} lines say how to check,
 * in the words of the command line: {@code --closed-world}, {@code --istio-version V} (repeatable),
 * {@code --kubernetes-version V}, {@code --platform tke}, {@code --multi-cluster}; and {@code
 * parameters {…}} gives the rule's own settings. {@code --as USER} says who asks, and {@code --may
 * VERB:GROUP/RESOURCE} (repeatable, {@code *} for any) what they may do; {@code --unsure} with the
 * same form says what cannot be found out. {@code --no-fix} says that nothing can be mended.
 *
 * @param name what the text is called in reports
 * @param text the text itself
 */
record Sample(String name, String text) {

  private static final String FINDING = "# finding";
  private static final String CHECK = "# check:";

  /** Returns the objects, in order. */
  List<Resource> objects() {
    List<Resource> objects = new ArrayList<>();
    new ManifestReader("default")
        .read(
            name,
            text,
            new ManifestReader.Sink() {
              @Override
              public void object(Resource object) {
                objects.add(object);
              }

              @Override
              public void noObject() {
                // A comment between two separators.
              }

              @Override
              public void unreadable(YamlException cause) {
                throw new AssertionError(name + ":" + cause.position() + ": " + cause.getMessage());
              }
            });
    return objects;
  }

  /** Returns the expected text fragments by line, counted from 1. */
  Map<Integer, List<String>> expected() {
    Map<Integer, List<String>> expected = new TreeMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      int at = line.indexOf(FINDING);
      if (at >= 0) {
        String rest = line.substring(at + FINDING.length());
        List<String> fragments = new ArrayList<>();
        for (String one : rest.split(" # finding", -1)) {
          fragments.add(one.startsWith(":") ? one.substring(1).strip() : "");
        }
        expected.put(number, fragments);
      }
    }
    return expected;
  }

  /** Returns the mesh that the objects form. */
  Mesh mesh(List<Resource> objects) {
    return asked(new ObjectMesh(objects, kind -> closed(), facts(objects)));
  }

  /** Returns whether the objects are all there are. */
  boolean closed() {
    return words().contains("--closed-world");
  }

  /** Returns a mesh in which somebody asks. */
  Mesh asked(Mesh mesh) {
    return valuesOf("--as", words()).stream()
        .findFirst()
        .<Mesh>map(user -> new MeshWithAccess(mesh, access(user)))
        .orElse(mesh);
  }

  /** Returns whether nothing is to be mended, whatever is found. */
  boolean withoutFix() {
    return words().contains("--no-fix");
  }

  /** Returns the parameters of the rule. */
  Parameters parameters() {
    return checks()
        .filter(line -> line.startsWith("parameters "))
        .findFirst()
        .map(line -> YamlReader.readOne(line.substring("parameters ".length())))
        .map(YamlDocument::tree)
        .map(Parameters::new)
        .orElse(Parameters.NONE);
  }

  private Access access(String user) {
    Set<String> may = valuesOf("--may", words());
    Set<String> unsure = valuesOf("--unsure", words());
    return new ListedAccess(new Requester(user, Set.of()), may, unsure);
  }

  /** Returns what no single object tells. */
  MeshFacts facts(List<Resource> objects) {
    return ClusterDomain.of(new ObjectMesh(objects, kind -> closed(), facts())).applyTo(facts());
  }

  private MeshFacts facts() {
    List<String> words = words();
    MeshFacts.Platform platform =
        valuesOf("--platform", words).stream()
            .findFirst()
            .map(p -> p.equals("tke") ? MeshFacts.Platform.TKE : MeshFacts.Platform.OTHER)
            .orElse(MeshFacts.Platform.UNKNOWN);
    Optional<Versions> istio = versions("--istio-version", words);
    return new MeshFacts(
        istio.orElse(Versions.UNKNOWN),
        Map.of(),
        versions("--kubernetes-version", words).orElse(Versions.UNKNOWN),
        versions("--kubernetes-version", words).orElse(Versions.UNKNOWN),
        platform,
        words.contains("--multi-cluster"),
        Set.of("istio-system"),
        "cluster.local");
  }

  private static Optional<Versions> versions(String option, List<String> words) {
    Set<Version> versions = new HashSet<>();
    valuesOf(option, words).forEach(word -> versions.add(Version.of(word)));
    return versions.isEmpty() ? Optional.empty() : Optional.of(new Versions(versions, true));
  }

  private static Set<String> valuesOf(String option, List<String> words) {
    Set<String> values = new LinkedHashSet<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    checks()
        .filter(line -> !line.startsWith("parameters "))
        .forEach(line -> words.addAll(List.of(line.split(" +"))));
    return words;
  }

  private java.util.stream.Stream<String> checks() {
    return text.lines()
        .filter(line -> line.startsWith(CHECK))
        .map(line -> line.substring(CHECK.length()).strip());
  }
}
