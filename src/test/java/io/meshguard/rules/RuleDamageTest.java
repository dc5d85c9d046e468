package io.meshguard.rules;

import io.meshguard.rule.Rule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** No rule throws when any node of its page or fixtures is removed, nulled or retyped. */
final class RuleDamageTest {

  @TestFactory
  Stream<DynamicContainer> everyRule() {
    return ChosenRules.get().stream()
        .map(rule -> DynamicContainer.dynamicContainer(rule.info().id(), tests(rule)));
  }

  private static Stream<DynamicTest> tests(Rule rule) {
    RuleTrial trial = new RuleTrial(rule);
    return samples(rule.info().id()).stream()
        .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> trial.survivesDamage(sample)));
  }

  private static List<Sample> samples(String id) {
    return Stream.concat(RulePage.read(id).samples().stream(), Fixtures.of(id).stream()).toList();
  }
}
