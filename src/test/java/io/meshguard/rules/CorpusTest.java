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
import io.meshguard.resource.Resource;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Operation;
import io.meshguard.rule.RuleInfo;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sane mesh gives no finding, whatever the version and however much of it is known. */
final class CorpusTest {

  private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");
  private static final int LEAST_OBJECTS = 60;

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
  void saneManifestsGiveNoFinding(String version, boolean closedWorld) throws IOException {
    List<Resource> objects = objects();
    assertThat(objects).hasSizeGreaterThanOrEqualTo(LEAST_OBJECTS);
    Versions istio = Version.parse(version).map(Versions::of).orElse(Versions.UNKNOWN);
    Mesh mesh = new ObjectMesh(objects, kind -> closedWorld, facts(istio));
    Engine engine = new Engine(Catalogue.rules());
    List<String> found = new ArrayList<>();
    for (Resource object : objects) {
      Verdict verdict = engine.judge(review(object, mesh));
      assertThat(verdict.faults()).isEmpty();
      for (GradedFinding judged : verdict.judged()) {
        found.add(Headline.of(judged.finding(), Language.EN));
      }
    }
    assertThat(found).isEmpty();
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

  private static List<Resource> objects() throws IOException {
    List<Resource> objects = new ArrayList<>();
    try (Stream<Path> files = Files.list(CORPUS)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        objects.addAll(new Sample(file.getFileName().toString(), text).objects());
      }
    }
    return objects;
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
