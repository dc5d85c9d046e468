package io.meshguard.logic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TernaryTest {

  @ParameterizedTest
  @EnumSource
  void isKnownWhereEveryValueOfWhatIsUnknownGivesTheSame(Ternary one) {
    for (Ternary other : Ternary.values()) {
      assertThat(one.and(other)).isEqualTo(each(one, other, (a, b) -> a && b));
      assertThat(one.or(other)).isEqualTo(each(one, other, (a, b) -> a || b));
    }
    assertThat(one.not()).isEqualTo(each(one, one, (a, b) -> !a));
  }

  private static Ternary each(Ternary one, Ternary other, BinaryOperator<Boolean> combine) {
    Set<Ternary> results = EnumSet.noneOf(Ternary.class);
    for (boolean a : values(one)) {
      for (boolean b : values(other)) {
        results.add(Ternary.of(combine.apply(a, b)));
      }
    }
    return results.size() == 1 ? results.iterator().next() : Ternary.UNKNOWN;
  }

  private static boolean[] values(Ternary ternary) {
    return switch (ternary) {
      case TRUE -> new boolean[] {true};
      case FALSE -> new boolean[] {false};
      case UNKNOWN -> new boolean[] {true, false};
    };
  }
}
