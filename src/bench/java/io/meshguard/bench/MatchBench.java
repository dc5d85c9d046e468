package io.meshguard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/** The match algebra, by JMH in processes of their own; see docs/performance.md. */
class MatchBench {

  private static final double MOST_50 = 2;
  private static final double MOST_500 = 50;
  private static final double BUDGET = 100;

  @Test
  void routesAsPeopleWriteThem() throws RunnerException {
    List<String> tooSlow = new ArrayList<>();
    for (RunResult result : run("RouteBenchmark", 5)) {
      double p99 = print(result);
      double most = result.getParams().getParam("routes").equals("50") ? MOST_50 : MOST_500;
      if (p99 >= most) {
        tooSlow.add(name(result));
      }
    }
    assertThat(tooSlow).as("slower than it should be").isEmpty();
  }

  @Test
  void matchesMadeToBeSlow() throws RunnerException {
    List<String> tooSlow = new ArrayList<>();
    for (RunResult result : run("PathologicalBenchmark", 2)) {
      if (print(result) >= BUDGET) {
        tooSlow.add(name(result));
      }
    }
    assertThat(tooSlow).as("over the budget of a review").isEmpty();
  }

  private static Collection<RunResult> run(String benchmark, int iterations)
      throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("\\." + benchmark + "\\.")
                    .mode(Mode.SampleTime)
                    .timeUnit(TimeUnit.MICROSECONDS)
                    .forks(1)
                    .warmupIterations(iterations)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(iterations)
                    .measurementTime(TimeValue.seconds(1))
                    .addProfiler(GCProfiler.class)
                    .build())
            .run();
    System.out.printf("%n%-44s %9s %9s %9s %9s%n", benchmark, "p50 ms", "p99 ms", "max ms", "KB");
    return results;
  }

  /** Prints a line and returns the 99th percentile in milliseconds. */
  private static double print(RunResult result) {
    Statistics times = result.getPrimaryResult().getStatistics();
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    System.out.printf(
        "%-44s %9.3f %9.3f %9.3f %9.0f%n",
        name(result),
        times.getPercentile(50) / 1e3,
        times.getPercentile(99) / 1e3,
        times.getMax() / 1e3,
        allocated == null ? Double.NaN : allocated.getScore() / 1024);
    return times.getPercentile(99) / 1e3;
  }

  private static String name(RunResult result) {
    String method = result.getParams().getBenchmark();
    String parameters =
        String.join(
            " ",
            result.getParams().getParamsKeys().stream()
                .map(key -> key + " " + result.getParams().getParam(key))
                .toList());
    return method.substring(method.lastIndexOf('.') + 1) + " " + parameters;
  }
}
