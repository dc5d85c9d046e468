package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Resource;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs the page and the fixtures of every rule. A rule needs no test code of its own. */
final class RulesTest {

  private static final List<String> HEADINGS =
      List.of("Why", "Observed", "Bad", "Good", "Fixed", "Reported as", "Exceptions", "中文");

  @TestFactory
  Stream<DynamicContainer> everyRule() {
    return ChosenRules.get().stream().map(RulesTest::container);
  }

  /** Reads the fixtures only when one of the tests is run. */
  private static DynamicContainer container(Rule rule) {
    return DynamicContainer.dynamicContainer(
        rule.info().id(), Stream.of(rule).flatMap(RulesTest::tests));
  }

  private static Stream<DynamicTest> tests(Rule rule) {
    RuleTrial trial = new RuleTrial(rule);
    RuleInfo info = rule.info();
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(DynamicTest.dynamicTest("page", () -> page(trial)));
    for (Sample sample : Fixtures.of(info.id())) {
      tests.add(DynamicTest.dynamicTest(sample.name(), () -> fixture(trial, sample)));
    }
    tests.add(DynamicTest.dynamicTest("declares what it does", () -> declared(trial)));
    return tests.stream();
  }

  private static void fixture(RuleTrial trial, Sample sample) {
    trial.check(sample);
    Fixtures.fixed(trial.info().id(), sample)
        .ifPresent(fixed -> assertMended(trial, sample, fixed));
  }

  private static void assertMended(RuleTrial trial, Sample sample, Sample fixed) {
    assertThat(trial.mended(sample))
        .as("%s after its fix", sample.name())
        .isEqualTo(fixed.objects().stream().map(Resource::tree).toList());
  }

  private static void page(RuleTrial trial) {
    RuleInfo info = trial.info();
    RulePage page = RulePage.read(info.id());
    assertThat(page.id()).isEqualTo(info.id());
    assertThat(page.summary()).endsWith(".").hasSizeLessThanOrEqualTo(160);
    assertThat(page.summary().lines().count()).as("summary is one line").isEqualTo(1);
    List<String> headings = new ArrayList<>(HEADINGS);
    if (!info.mendable()) {
      headings.remove("Fixed");
    }
    assertThat(List.copyOf(page.sections().keySet())).isEqualTo(headings);
    assertThat(page.sections().get("中文")).contains("在 TCM 上");
    String observed = page.sections().getOrDefault("Observed", "");
    boolean seen = observed.contains("Seen with Istio ");
    assertThat(observed).contains(seen ? "Seen with" : "Not observed: ");
    assertThat(page.sections().get("中文")).contains(seen ? "实测：" : "未实测：");
    List<String> bad = page.blocks("Bad", "yaml");
    List<String> good = page.blocks("Good", "yaml");
    assertThat(bad).as("examples under Bad").isNotEmpty();
    assertThat(good).as("examples under Good").isNotEmpty();
    List<String> reported = new ArrayList<>();
    for (int i = 0; i < bad.size(); i++) {
      Sample sample = new Sample("Bad " + (i + 1), bad.get(i));
      assertThat(sample.expected()).as("marks in " + sample.name()).isNotEmpty();
      reported.addAll(trial.check(sample));
    }
    for (int i = 0; i < good.size(); i++) {
      Sample sample = new Sample("Good " + (i + 1), good.get(i));
      assertThat(sample.expected()).as("marks in " + sample.name()).isEmpty();
      trial.check(sample);
    }
    assertThat(page.blocks("Reported as", "text"))
        .as("the block under Reported as")
        .containsExactly(String.join("\n", reported) + "\n");
    List<String> fixed = page.blocks("Fixed", "yaml");
    assertThat(fixed).hasSize(info.mendable() ? Math.max(1, fixed.size()) : 0);
    assertThat(fixed.size()).isLessThanOrEqualTo(bad.size());
    for (int i = 0; i < fixed.size(); i++) {
      Sample broken = new Sample("Bad " + (i + 1), bad.get(i));
      assertMended(trial, broken, new Sample("Fixed " + (i + 1), fixed.get(i)));
    }
  }

  /** Looks at everything itself, so that it can be run alone. */
  private static void declared(RuleTrial trial) {
    RuleInfo info = trial.info();
    RulePage.read(info.id()).samples().forEach(trial::check);
    Fixtures.of(info.id()).forEach(trial::check);
    assertThat(trial.kindsRead())
        .as("kinds looked up over page and fixtures")
        .containsExactlyInAnyOrderElementsOf(info.reads());
    assertThat(trial.fixesOffered())
        .as("fixes offered over page and fixtures")
        .containsExactlyInAnyOrderElementsOf(info.fixes());
  }
}
