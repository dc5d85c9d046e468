package io.meshguard.expect;

import io.meshguard.rule.Message;
import io.meshguard.trace.TraceResult;
import java.util.List;
import java.util.Optional;

/**
 * What is found of a test.
 *
 * @param test the test
 * @param verdict the verdict
 * @param differences what is otherwise than expected
 * @param results what becomes of the request at each proxy
 * @param trouble why the test could not be run
 */
public record Judgement(
    RouteTest test,
    Verdict verdict,
    List<Difference> differences,
    List<TraceResult> results,
    Optional<Message> trouble) {

  /** Copies the lists. */
  public Judgement {
    differences = List.copyOf(differences);
    results = List.copyOf(results);
  }

  /** What is found. */
  public enum Verdict {
    /** It is as expected. */
    PASSED,
    /** It is not. */
    FAILED,
    /** It depends on what is not known. */
    UNCERTAIN,
    /** The test cannot be run. */
    UNUSABLE
  }

  /**
   * Something that is otherwise than expected.
   *
   * @param key the key of the expectation
   * @param expected what is expected
   * @param got what is there
   */
  public record Difference(String key, String expected, Message got) {}

  static Judgement unusable(RouteTest test, Message trouble) {
    return new Judgement(test, Verdict.UNUSABLE, List.of(), List.of(), Optional.of(trouble));
  }
}
