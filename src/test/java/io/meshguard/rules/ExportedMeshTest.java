package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.export.Redactor;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.TkeServiceController;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** What an export of a mesh leaves out is nothing that a rule would have read. */
final class ExportedMeshTest {

  private static final Path FIXTURES = Path.of("src", "test", "resources", "rules");

  @Test
  void rulesFindTheSameInATrimmedMesh() throws IOException {
    int samples = 0;
    SoftAssertions softly = new SoftAssertions();
    for (Rule rule : Catalogue.rules()) {
      for (Sample sample : samples(rule)) {
        List<Resource> objects = sample.objects();
        if (objects.stream().noneMatch(ExportedMeshTest::isText)) {
          samples++;
          assertSame(rule, sample, objects, softly);
        }
      }
    }
    softly.assertAll();
    assertThat(samples).isGreaterThan(100);
  }

  private static void assertSame(
      Rule rule, Sample sample, List<Resource> objects, SoftAssertions softly) {
    Redactor trimmer = new Redactor(sample.mesh(objects).facts().rootNamespaces());
    List<Optional<Resource>> all = objects.stream().map(trimmer::trim).toList();
    for (int i = 0; i < objects.size(); i++) {
      Resource subject = objects.get(i);
      List<Resource> trimmed = new ArrayList<>();
      for (int other = 0; other < objects.size(); other++) {
        if (other != i) {
          all.get(other).ifPresent(trimmed::add);
        }
      }
      List<Resource> others = new ArrayList<>(objects);
      others.remove(subject);
      others.add(subject);
      trimmed.add(subject);
      softly
          .assertThat(findings(rule, subject, sample.mesh(trimmed), sample))
          .as("%s in %s, %s", rule.info().id(), sample.name(), subject.ref())
          .isEqualTo(findings(rule, subject, sample.mesh(others), sample));
    }
  }

  /** The content of ConfigMaps is not exported, unless rules look it up there. */
  private static boolean isText(Resource object) {
    return object.kind().equals(Kind.CONFIG_MAP)
        && !object.name().startsWith("istio")
        && !TkeServiceController.is(object);
  }

  private static List<String> findings(Rule rule, Resource subject, Mesh mesh, Sample sample) {
    Subject asked = new Subject(subject, Map.of(), Optional.empty(), LocalDate.of(2026, 1, 1));
    Review review =
        new Review(
            Operation.LOOK,
            asked,
            Optional.empty(),
            false,
            mesh,
            new FixedSettings(Mode.DENY, sample.parameters()));
    return new Engine(List.of(rule))
        .judge(review).judged().stream()
            .map(
                judged ->
                    judged.mode().text()
                        + " "
                        + judged.finding().fingerprint()
                        + " "
                        + Headline.of(judged.finding(), Language.EN))
            .toList();
  }

  private static List<Sample> samples(Rule rule) throws IOException {
    List<Sample> samples = new ArrayList<>();
    RulePage page = RulePage.read(rule.info().id());
    page.blocks("Bad", "yaml").forEach(text -> samples.add(new Sample("Bad", text)));
    page.blocks("Good", "yaml").forEach(text -> samples.add(new Sample("Good", text)));
    try (Stream<Path> files = Files.list(FIXTURES.resolve(rule.info().id()))) {
      for (Path file : files.sorted().toList()) {
        samples.add(new Sample(file.getFileName().toString(), Files.readString(file)));
      }
    }
    return samples;
  }
}
