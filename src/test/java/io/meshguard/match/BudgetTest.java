package io.meshguard.match;

import static io.meshguard.match.Tables.exact;
import static io.meshguard.match.Tables.prefix;
import static io.meshguard.match.Tables.regex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.meshguard.logic.Ternary;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final Coverage OUT_OF_BUDGET = new Coverage.Unknown(Coverage.Reason.BUDGET);

  private static void exhausts(Budget budget, long work) {
    assertThatExceptionOfType(Budget.BudgetExhausted.class)
        .isThrownBy(() -> budget.charge(work))
        .withMessage("budget exhausted");
  }

  @Test
  void workUpToTheLimitOfAQuestionIsAllowed() {
    Budget budget = new Budget(1_000_000, 100, () -> false);

    assertThatNoException().isThrownBy(() -> budget.charge(60));
    assertThatNoException().isThrownBy(() -> budget.charge(40));
    exhausts(budget, 1);
    assertThat(budget.exhausted()).isFalse();
    assertThat(budget.spent()).isEqualTo(101);
  }

  @Test
  void eachQuestionHasItsOwnShare() {
    Budget budget = new Budget(1_000_000, 100, () -> false);
    exhausts(budget, 150);

    budget.beginQuestion();

    assertThatNoException().isThrownBy(() -> budget.charge(100));
    exhausts(budget, 1);
  }

  @Test
  void allQuestionsTogetherEndWithTheWholeBudget() {
    Budget budget = new Budget(10_000, 6_000, () -> false);
    budget.charge(5_000);
    budget.beginQuestion();
    budget.charge(5_000);
    assertThat(budget.exhausted()).isFalse();
    budget.beginQuestion();

    exhausts(budget, 5_000);

    assertThat(budget.exhausted()).isTrue();
    budget.beginQuestion();
    exhausts(budget, 0);
    assertThat(budget.spent()).isEqualTo(15_000);
  }

  @Test
  void clockIsAskedNowAndThen() {
    AtomicInteger asked = new AtomicInteger();
    Budget budget = new Budget(1L << 40, 1L << 40, () -> asked.incrementAndGet() < 0);

    for (int i = 0; i < 100_000; i++) {
      budget.charge(1);
    }

    assertThat(asked).hasValueBetween(20, 25);
  }

  @Test
  void budgetOfAReviewEndsWithTheClock() {
    Budget budget = Budget.forReview(() -> true);
    assertThatNoException().isThrownBy(() -> budget.charge(1));

    exhausts(budget, 10_000);

    assertThat(budget.exhausted()).isTrue();
  }

  @Test
  void explosionEndsOneQuestionAndNotTheNext() {
    List<Coverage> verdicts =
        new Analysis(
                List.of(
                    regex("/.*a.{30}"),
                    regex("/.*[^a].{30}"),
                    regex("/.{0,30}"),
                    prefix("/"),
                    exact("/x")),
                Tables.AUTHORITY,
                new Budget(10_000_000, 200_000, () -> false))
            .judge();

    assertThat(verdicts.get(3)).isEqualTo(OUT_OF_BUDGET);
    assertThat(verdicts.get(4)).isInstanceOf(Coverage.Covered.class);
  }

  @Test
  void stepsAreCounted() {
    Budget budget = new Budget(100_000, 50_000, () -> false);
    List<RequestMatch> matches = PathologicalMatchesTest.overlapping();

    List<Coverage> verdicts = new Analysis(matches, Tables.AUTHORITY, budget).judge();

    assertThat(budget.exhausted()).isTrue();
    assertThat(budget.spent()).isBetween(100_000L, 110_000L);
    assertThat(verdicts).containsOnly(OUT_OF_BUDGET);
  }

  @Test
  void clockIsAskedAndObeyed() {
    AtomicInteger asked = new AtomicInteger();
    Budget budget = new Budget(1L << 40, 1L << 40, () -> asked.incrementAndGet() > 2);

    List<Coverage> verdicts =
        new Analysis(PathologicalMatchesTest.overlapping(), Tables.AUTHORITY, budget).judge();

    assertThat(asked).hasValue(3);
    assertThat(verdicts).contains(OUT_OF_BUDGET);
    assertThat(budget.spent()).isLessThan(200_000);
  }

  @Test
  void questionsAfterTheEndAreUnknown() {
    Analysis analysis =
        new Analysis(
            List.of(prefix("/a"), prefix("/a/b")), Tables.AUTHORITY, new Budget(0, 0, () -> true));

    assertThat(analysis.judge()).isEqualTo(Collections.nCopies(2, OUT_OF_BUDGET));
    assertThat(analysis.covers(0, 1)).isEqualTo(Ternary.UNKNOWN);
  }

  @Test
  void listOfNothingHasNoVerdicts() {
    assertThat(Tables.judge()).isEmpty();
  }

  @Test
  void everyQuestionMayTakeItsOwnTime() {
    List<RequestMatch> matches =
        IntStream.range(0, 60).mapToObj(i -> regex("/" + i + "[a-z]+/x")).toList();
    Analysis analysis =
        new Analysis(matches, Tables.AUTHORITY, new Budget(1L << 40, 4_000, () -> false));

    assertThat(analysis.judge()).hasOnlyElementsOfType(Coverage.Reachable.class);
    for (int i = 1; i < 1_000; i++) {
      assertThat(analysis.covers(i % 60, (i + 1) % 60)).as("%s", i).isEqualTo(Ternary.FALSE);
    }
  }

  @Test
  void matchThatIsTooLargeToBeReadMayTakeAnything() {
    List<RequestMatch> matches = List.of(regex("/[a-z]{500}"), prefix("/b"), regex("/[a-z]{500}"));

    List<Coverage> verdicts =
        new Analysis(matches, Tables.AUTHORITY, new Budget(1L << 40, 5_000, () -> false)).judge();

    assertThat(verdicts)
        .containsExactly(
            OUT_OF_BUDGET, new Coverage.Unknown(Coverage.Reason.UNSUPPORTED), OUT_OF_BUDGET);
  }
}
