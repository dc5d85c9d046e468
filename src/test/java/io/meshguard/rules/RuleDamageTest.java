package io.meshguard.rules;

import io.meshguard.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No rule throws when any node of its page or fixtures is removed, nulled or retyped. */
final class RuleDamageTest {

  @TestFactory
  Stream<DynamicContainer> everyRule() {
    return Catalogue.rules().stream()
        .map(rule -> DynamicContainer.dynamicContainer(rule.info().id(), tests(rule)));
  }

  private static Stream<DynamicTest> tests(Rule rule) {
    RuleTrial trial = new RuleTrial(rule);
    return samples(rule.info().id()).stream()
        .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> trial.survivesDamage(sample)));
  }

  private static List<Sample> samples(String id) {
    List<Sample> samples = new ArrayList<>();
    RulePage page = RulePage.read(id);
    for (String section : List.of("Bad", "Good")) {
      for (String block : page.blocks(section, "yaml")) {
        samples.add(new Sample(section + " " + (samples.size() + 1), block));
      }
    }
    samples.addAll(Fixtures.of(id));
    return samples;
  }
}
