package io.meshguard.rules;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.Rule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules whose pages and fixtures are run: all, or those that {@code -Dmeshguard.rules} names by
 * id or by area, which is the last part of their package. Separated by commas.
 */
final class ChosenRules {

  private ChosenRules() {}

  static List<Rule> get() {
    Set<String> wanted =
        Stream.of(System.getProperty("meshguard.rules", "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(toSet());
    List<Rule> rules = Catalogue.rules();
    if (wanted.isEmpty()) {
      return rules;
    }
    assertThat(rules.stream().flatMap(ChosenRules::names).collect(toSet()))
        .as("ids and areas of rules, of which -Dmeshguard.rules names some")
        .containsAll(wanted);
    return rules.stream().filter(rule -> names(rule).anyMatch(wanted::contains)).toList();
  }

  private static Stream<String> names(Rule rule) {
    String inPackage = rule.getClass().getPackageName();
    return Stream.of(rule.info().id(), inPackage.substring(inPackage.lastIndexOf('.') + 1));
  }
}
