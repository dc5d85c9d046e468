package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Engine;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.Position;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/compared.md} says of this project's rules is true. */
final class ComparedTest {

  private static final String FILE = "../src/test/resources/compared/";

  static List<ComparedPage.Row> rows() {
    return ComparedPage.read().rows();
  }

  /** Rules that are off by default count only where the row names them. */
  @ParameterizedTest
  @MethodSource("rows")
  void exactlyTheNamedRulesSpeak(ComparedPage.Row row) {
    Sample sample = row.sample();
    List<Resource> objects = sample.objects();
    Mesh mesh = sample.mesh(objects);
    Engine engine =
        new Engine(
            Catalogue.rules().stream()
                .filter(rule -> isOn(rule.info()) || row.rules().contains(rule.info().id()))
                .toList());
    Set<String> spoke = new TreeSet<>();
    Set<Integer> lines = new TreeSet<>();
    for (Resource object : objects) {
      Verdict verdict = engine.judge(review(object, mesh, sample));
      assertThat(verdict.faults()).isEmpty();
      for (GradedFinding judged : verdict.judged()) {
        String rule = judged.finding().rule().id();
        spoke.add(rule);
        if (row.marked().contains(rule)) {
          lines.add(
              object.origin().position(judged.finding().path()).map(Position::line).orElse(0));
        }
      }
    }
    assertThat(spoke).isEqualTo(row.rules());
    assertThat(lines).isEqualTo(sample.expected().keySet());
  }

  @Test
  void everyInputIsInThePage() {
    assertThat(
            rows().stream()
                .map(ComparedPage.Row::input)
                .filter(input -> input.startsWith(FILE))
                .map(input -> input.substring(FILE.length())))
        .containsExactlyInAnyOrderElementsOf(ComparedPage.files());
  }

  @Test
  void everyRuleIsInThePage() {
    Set<String> named =
        rows().stream().flatMap(row -> row.rules().stream()).collect(Collectors.toSet());
    assertThat(named)
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.rules().stream().map(Rule::info).map(RuleInfo::id).toList());
  }

  private static boolean isOn(RuleInfo rule) {
    return rule.defaultMode() != Mode.OFF;
  }

  private static Review review(Resource object, Mesh mesh, Sample sample) {
    Subject subject = new Subject(object, Map.of(), Optional.empty(), LocalDate.of(2026, 1, 1));
    return new Review(
        Operation.LOOK,
        subject,
        Optional.empty(),
        false,
        mesh,
        new FixedSettings(Mode.WARN, sample.parameters()));
  }
}
