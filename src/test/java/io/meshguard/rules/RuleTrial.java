package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.engine.Engine;
import io.meshguard.engine.FixResult;
import io.meshguard.engine.Fixer;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.Patches;
import io.meshguard.yaml.Position;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs one rule over samples and holds what every rule must hold, so that no author has to think of
 * it: findings where the sample says, fixes that converge, pointers that resolve, declared kinds
 * and fixes that are the real ones, messages that fit, no exception whatever the shape of the
 * object.
 */
final class RuleTrial {

  private static final int LONGEST_WARNING = 256;

  private final Rule rule;
  private final Engine engine;
  private final Set<Kind> read = new HashSet<>();
  private final Set<Safety> offered = EnumSet.noneOf(Safety.class);
  private final Map<String, List<String>> checked = new HashMap<>();

  RuleTrial(Rule rule) {
    this.rule = rule;
    this.engine = new Engine(List.of(rule));
  }

  RuleInfo info() {
    return rule.info();
  }

  Set<Kind> kindsRead() {
    return read;
  }

  Set<Safety> fixesOffered() {
    return offered;
  }

  /** Checks a sample, once, and returns the lines that report its findings. */
  List<String> check(Sample sample) {
    return checked.computeIfAbsent(sample.text(), text -> headlinesOf(sample));
  }

  private List<String> headlinesOf(Sample sample) {
    List<Resource> objects = sample.objects();
    assertThat(objects).as(sample.name() + " holds objects").isNotEmpty();
    Mesh mesh = sample.mesh(objects);
    objects.forEach(object -> record(object, mesh, sample));
    List<Finding> findings = findings(objects, mesh, sample);
    assertPlaces(sample, findings);
    assertShown(findings);
    assertShuffleChangesNothing(sample, objects, findings);
    assertFixesConverge(sample, objects);
    findings.forEach(f -> f.fix().ifPresent(fix -> offered.add(fix.safety())));
    if (sample.withoutFix()) {
      assertThat(findings)
          .as("findings of %s with a fix", sample.name())
          .noneMatch(finding -> finding.fix().filter(Fix::applicable).isPresent());
    }
    return headlines(findings);
  }

  /** Returns the objects of a sample after mending. */
  List<JsonNode> mended(Sample sample) {
    List<Resource> objects = sample.objects();
    Mesh mesh = sample.mesh(objects);
    return objects.stream().map(o -> mend(o, mesh, sample).object().tree()).toList();
  }

  /** Checks that no damage to any node of any object makes the rule throw. */
  void survivesDamage(Sample sample) {
    List<Resource> objects = sample.objects();
    for (int i = 0; i < objects.size(); i++) {
      for (JsonNode damaged : Damage.of(objects.get(i).tree())) {
        List<Resource> others = new ArrayList<>(objects);
        Resource object =
            Resource.of(damaged, objects.get(i).ref().namespace(), objects.get(i).origin());
        others.set(i, object);
        Mesh mesh = sample.mesh(others);
        // A rule that looks at nothing else cannot be disturbed by the other objects.
        List<Resource> subjects = rule.info().reads().isEmpty() ? List.of(object) : others;
        for (Resource subject : subjects) {
          Verdict verdict = engine.judge(review(subject, mesh, sample));
          assertThat(verdict.faults())
              .as("%s with %s in object %d", sample.name(), damaged, i)
              .isEmpty();
          verdict.judged().forEach(judged -> applyOnce(judged, subject));
        }
      }
    }
  }

  private static void applyOnce(GradedFinding judged, Resource subject) {
    judged
        .finding()
        .fix()
        .filter(Fix::applicable)
        .ifPresent(fix -> assertThat(Patches.apply(fix.ops(), subject.tree())).isNotNull());
  }

  private List<Finding> findings(List<Resource> objects, Mesh mesh, Sample sample) {
    List<Finding> findings = new ArrayList<>();
    for (Resource object : objects) {
      Verdict verdict = engine.judge(review(object, mesh, sample));
      assertThat(verdict.faults()).as(sample.name()).isEmpty();
      verdict.judged().forEach(judged -> findings.add(judged.finding()));
    }
    return findings;
  }

  /** Writes down what the rule itself looks up, apart from what its engine does. */
  private void record(Resource object, Mesh mesh, Sample sample) {
    if (rule.info().subjects().contains(object.kind()) && !object.beingDeleted()) {
      Report report = new Report(rule, object, sample.parameters());
      rule.check(object, new RecordingMesh(mesh, read), report);
    }
  }

  private static void assertPlaces(Sample sample, List<Finding> findings) {
    Map<Integer, List<String>> found = new TreeMap<>();
    for (Finding finding : findings) {
      assertThat(finding.object().tree().at(finding.path()).isMissingNode())
          .as("%s: %s leads to a node", sample.name(), finding.path())
          .isFalse();
      int line = finding.object().origin().position(finding.path()).map(Position::line).orElse(0);
      found
          .computeIfAbsent(line, l -> new ArrayList<>())
          .add(Language.EN.render(finding.message()));
    }
    Map<Integer, List<String>> expected = sample.expected();
    assertThat(found.keySet())
        .as("lines with a finding in %s, found: %s", sample.name(), found)
        .isEqualTo(expected.keySet());
    expected.forEach(
        (line, fragments) -> {
          assertThat(found.get(line)).as("findings on line %d", line).hasSameSizeAs(fragments);
          fragments.forEach(
              fragment ->
                  assertThat(found.get(line))
                      .as("%s line %d", sample.name(), line)
                      .anySatisfy(message -> assertThat(message).contains(fragment)));
        });
  }

  private static void assertShown(List<Finding> findings) {
    for (Finding finding : findings) {
      for (Language language : Language.values()) {
        String line = Headline.of(finding, language);
        assertThat(line.codePointCount(0, line.length()))
            .as("length of: %s", line)
            .isLessThanOrEqualTo(LONGEST_WARNING);
        assertThat(line).doesNotContain("\n", "{", "''");
        finding.fix().ifPresent(fix -> assertThat(language.render(fix.title())).isNotBlank());
        finding.fix().ifPresent(fix -> assertThat(language.render(fix.done())).isNotBlank());
      }
    }
  }

  private void assertShuffleChangesNothing(
      Sample sample, List<Resource> objects, List<Finding> findings) {
    List<Resource> shuffled = new ArrayList<>(objects);
    Collections.shuffle(shuffled, new Random(1));
    Mesh mesh = sample.mesh(shuffled);
    assertThat(headlines(findings(objects, mesh, sample))).isEqualTo(headlines(findings));
  }

  private void assertFixesConverge(Sample sample, List<Resource> objects) {
    List<Resource> mended = new ArrayList<>();
    Mesh before = sample.mesh(objects);
    for (Resource object : objects) {
      FixResult mending = mend(object, before, sample);
      assertThat(Patches.apply(mending.ops(), object.tree())).isEqualTo(mending.object().tree());
      assertThat(Patches.apply(Patches.guarded(mending.ops(), object.tree()), object.tree()))
          .isEqualTo(mending.object().tree());
      mended.add(mending.object());
    }
    Mesh after = sample.mesh(mended);
    for (Resource object : mended) {
      assertThat(mend(object, after, sample).ops())
          .as("nothing is left to mend in %s %s", sample.name(), object.ref())
          .isEmpty();
    }
  }

  private FixResult mend(Resource object, Mesh mesh, Sample sample) {
    return new Fixer(engine).mend(review(object, mesh, sample), judged -> true);
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

  private static List<String> headlines(List<Finding> findings) {
    return findings.stream().map(finding -> Headline.of(finding, Language.EN)).toList();
  }
}
