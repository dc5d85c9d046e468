package io.meshguard.expect;

import java.util.List;

/**
 * What files of route tests hold.
 *
 * @param tests the tests that can be run, in order
 * @param problems what is wrong with the others
 */
public record RouteTests(List<RouteTest> tests, List<Problem> problems) {

  /** Copies the lists. */
  public RouteTests {
    tests = List.copyOf(tests);
    problems = List.copyOf(problems);
  }
}
