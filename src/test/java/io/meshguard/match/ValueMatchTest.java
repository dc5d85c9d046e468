package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValueMatchTest {

  private static ValueMatch.OneOf oneOf(String... texts) {
    return new ValueMatch.OneOf(new LinkedHashSet<>(List.of(texts)));
  }

  @Test
  void sameTextsAreTheSameTest() {
    assertThat(oneOf("gw", "mesh"))
        .isEqualTo(oneOf("mesh", "gw"))
        .hasSameHashCodeAs(oneOf("mesh", "gw"))
        .isNotEqualTo(oneOf("gw"))
        .isNotEqualTo(oneOf("gw", "other"))
        .isNotEqualTo(ValueMatch.exact("gw"))
        .isNotEqualTo(null);
    assertThat(oneOf("gw").hashCode()).isNotEqualTo(oneOf("mesh").hashCode());
  }

  /** The strings are known to have the same hash. */
  @Test
  void equalHashesDoNotMakeEqualTests() {
    assertThat(oneOf("Aa")).hasSameHashCodeAs(oneOf("BB")).isNotEqualTo(oneOf("BB"));
  }

  @Test
  void textsKeepTheirOrderAndAreACopy() {
    Set<String> given = new LinkedHashSet<>(List.of("z", "a", "m"));
    ValueMatch.OneOf test = new ValueMatch.OneOf(given);
    given.clear();

    assertThat(new ArrayList<>(test.texts())).containsExactly("z", "a", "m");
    assertThat(test).hasToString("OneOf[z, a, m]");
  }
}
