package io.meshguard.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BodyBudgetTest {

  private final List<String> givenUp = new ArrayList<>();
  private final BodyBudget budget = new BodyBudget(100, 50);

  private record Body(String name, List<String> givenUp) implements BodyBudget.Holder {
    @Override
    public void giveUp() {
      givenUp.add(name);
    }
  }

  private Body body(String name) {
    return new Body(name, givenUp);
  }

  @Test
  void countsWhatComesInAndWhatIsLookedAt() {
    Body first = body("first");
    assertThat(budget.take(first, 60, 0)).isTrue();
    assertThat(budget.take(first, 10, 1)).isTrue();
    assertThat(budget.held()).isEqualTo(70);

    Runnable release = budget.arrived(first);
    assertThat(budget.held()).as("is looked at").isEqualTo(70);
    release.run();
    release.run();
    assertThat(budget.held()).isZero();
  }

  @Test
  void turnsAwayWhatDoesNotFitWhileNobodyIsSlow() {
    assertThat(budget.take(body("first"), 60, 0)).isTrue();

    assertThat(budget.take(body("second"), 60, 40)).isFalse();
    assertThat(budget.held()).isEqualTo(60);
    assertThat(givenUp).isEmpty();
  }

  @Test
  void givesUpTheSlowestForWhoeverComesAfter() {
    for (int i = 0; i < 10; i++) {
      assertThat(budget.take(body("slow" + i), 10, i)).isTrue();
    }

    assertThat(budget.take(body("quick"), 30, 70)).isTrue();
    assertThat(givenUp).containsExactly("slow0", "slow1", "slow2");
    assertThat(budget.held()).isEqualTo(100);
  }

  @Test
  void neverGivesUpWhatIsThereAsAWhole() {
    Body whole = body("whole");
    budget.take(whole, 80, 0);
    Runnable release = budget.arrived(whole);

    assertThat(budget.take(body("next"), 30, 1_000)).isFalse();
    assertThat(givenUp).isEmpty();
    release.run();
    assertThat(budget.take(body("next"), 30, 1_000)).isTrue();
  }

  @Test
  void aBodyDoesNotGiveUpItself() {
    Body large = body("large");
    budget.take(large, 90, 0);

    assertThat(budget.take(large, 20, 1_000)).isFalse();
    assertThat(givenUp).isEmpty();
  }

  @Test
  void whatWasGivenUpOrDroppedHoldsNothing() {
    Body gone = body("gone");
    budget.take(gone, 80, 0);
    assertThat(budget.take(body("next"), 90, 100)).isTrue();
    assertThat(givenUp).containsExactly("gone");

    budget.drop(gone);
    budget.arrived(gone).run();
    assertThat(budget.held()).isEqualTo(90);
  }
}
