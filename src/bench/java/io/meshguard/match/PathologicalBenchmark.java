package io.meshguard.match;

import java.util.List;
import org.junit.jupiter.api.Named;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Matches that are made to be slow, within the budget of a review. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class PathologicalBenchmark {

  /** Name of the matches in {@link PathologicalMatchesTest}. */
  @Param({
    "nested stars",
    "repeats",
    "exponential subsets",
    "deep groups",
    "nested repeats",
    "long pattern",
    "long path",
    "Unicode",
    "overlapping patterns",
    "large patterns",
    "same headers",
    "other headers",
    "one header each",
    "hard to satisfy",
    "nested prefixes",
    "many exact paths"
  })
  public String input;

  private List<RequestMatch> matches;

  /** Finds the matches. */
  @Setup
  public void find() {
    matches =
        PathologicalMatchesTest.pathological()
            .filter(named -> named.getName().equals(input))
            .findFirst()
            .map(Named::getPayload)
            .orElseThrow();
  }

  /** Judges all matches, or as many as the budget allows. */
  @Benchmark
  public List<Coverage> judge() {
    return new Analysis(matches, Tables.AUTHORITY, Budget.forReview(() -> false)).judge();
  }
}
