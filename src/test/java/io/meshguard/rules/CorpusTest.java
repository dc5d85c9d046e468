package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Decision;
import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.engine.Settings;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Requester;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Language;
import io.meshguard.rule.Operation;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A sane mesh gives no finding, whatever the version and however much of it is known; one with
 * faults gives exactly those that its lines name, each of which was read and is true.
 */
final class CorpusTest {

  private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");

  /** Begins the names of files that are meshes of their own; the others are one mesh. */
  private static final String ALONE = "public-";

  private static final Set<Kind> COUNTED =
      Set.of(Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE, Kind.GATEWAY, Kind.ENVOY_FILTER);
  private static final int LEAST_COUNTED = 300;

  private static final Engine ENGINE = new Engine(Catalogue.rules());

  private static List<Manifests> meshes = List.of();

  @BeforeAll
  static void read() throws IOException {
    List<Sample> together = new ArrayList<>();
    List<Manifests> read = new ArrayList<>();
    try (Stream<Path> files = Files.list(CORPUS)) {
      for (Path file : files.sorted().toList()) {
        Sample sample = new Sample(file.getFileName().toString(), Files.readString(file));
        if (sample.name().startsWith(ALONE)) {
          read.add(Manifests.of(List.of(sample)));
        } else {
          together.add(sample);
        }
      }
    }
    read.add(Manifests.of(together));
    meshes = List.copyOf(read);
  }

  @ParameterizedTest
  @CsvSource({
    "1.24.3, true",
    "1.26.0, true",
    "1.28.1, true",
    "1.29.0, true",
    "1.30.2, true",
    "1.24.3, false",
    "1.29.0, false",
    "unknown, true",
    "unknown, false"
  })
  void manifestsGiveTheFindingsThatTheyName(String version, boolean closedWorld) {
    Versions istio = Version.parse(version).map(Versions::of).orElse(Versions.UNKNOWN);
    for (Manifests manifests : meshes) {
      List<Resource> objects = manifests.objects();
      List<String> found =
          findings(objects, new ObjectMesh(objects, kind -> closedWorld, facts(istio)));
      if (closedWorld && istio.lowest().isPresent()) {
        assertThat(found).containsExactlyInAnyOrderElementsOf(manifests.named());
      } else {
        assertThat(manifests.named()).containsAll(found);
      }
    }
  }

  @Test
  void corpusIsLarge() {
    long counted =
        meshes.stream()
            .flatMap(manifests -> manifests.objects().stream())
            .filter(object -> COUNTED.contains(object.kind()))
            .count();
    assertThat(counted).isGreaterThanOrEqualTo(LEAST_COUNTED);
  }

  private static List<String> findings(List<Resource> objects, Mesh mesh) {
    List<String> found = new ArrayList<>();
    for (Resource object : objects) {
      Verdict verdict = ENGINE.judge(review(object, mesh));
      assertThat(verdict.faults()).isEmpty();
      for (GradedFinding judged : verdict.judged()) {
        Finding finding = judged.finding();
        int line = object.origin().position(finding.path()).map(Position::line).orElse(0);
        found.add(place(object.origin().file(), line) + Language.EN.render(finding.message()));
      }
    }
    return found;
  }

  private static String place(String file, int line) {
    return file + ":" + line + ": ";
  }

  private static MeshFacts facts(Versions istio) {
    Versions kubernetes = Versions.of(Version.of("1.31"));
    return new MeshFacts(
        istio,
        istio.lowest().map(version -> Map.of("1-29-0", version)).orElse(Map.of()),
        kubernetes,
        kubernetes,
        MeshFacts.Platform.UNKNOWN,
        false,
        Set.of("istio-system"),
        "cluster.local");
  }

  private static Review review(Resource object, Mesh mesh) {
    Subject subject = new Subject(object, Map.of(), Optional.empty(), LocalDate.of(2026, 1, 1));
    return new Review(Operation.LOOK, subject, Optional.empty(), false, mesh, new DefaultModes());
  }

  /**
   * Manifests that form a mesh.
   *
   * @param objects what they hold
   * @param named what their comments say is to be found
   */
  private record Manifests(List<Resource> objects, List<String> named) {

    static Manifests of(List<Sample> samples) {
      return new Manifests(
          samples.stream().flatMap(sample -> sample.objects().stream()).toList(),
          samples.stream().flatMap(Manifests::named).toList());
    }

    private static Stream<String> named(Sample sample) {
      return sample.expected().entrySet().stream()
          .flatMap(
              expected ->
                  expected.getValue().stream()
                      .map(text -> place(sample.name(), expected.getKey()) + text));
    }
  }

  /** What holds where nobody wrote a policy. */
  private record DefaultModes() implements Settings {
    @Override
    public Decision decide(RuleInfo rule, Subject subject) {
      return Decision.defaultOf(rule);
    }

    @Override
    public boolean ratchet() {
      return true;
    }

    @Override
    public boolean dryRunEnforced(Subject subject) {
      return false;
    }

    @Override
    public boolean controller(Requester requester) {
      return requester.serviceAccount().startsWith("kube-system/");
    }

    @Override
    public Gitops gitops() {
      return Gitops.WARN;
    }

    @Override
    public boolean stamp() {
      return false;
    }

    @Override
    public Language language(Subject subject) {
      return Language.EN;
    }
  }
}
