package io.meshguard.expect;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is expected of a request. What is empty is not looked at.
 *
 * @param outcome what becomes of it, in one word
 * @param host the host that it is forwarded to
 * @param port the port of that host
 * @param subset the subset; an empty text for none
 * @param status the status that the proxy answers with
 * @param flag the response flag of the access log
 * @param redirect where the client is sent
 * @param timeout milliseconds; 0 for none
 * @param retries how often a failed try is repeated
 * @param perTryTimeout milliseconds for each try; 0 for none
 * @param weights shares of a hundred, by subset, host, or host and subset
 * @param path the path that is sent on, with its query
 * @param authority the authority that is sent on
 * @param headers operations on headers
 * @param mirror hosts that get a copy
 * @param certain whether the answer must not depend on what is not known
 */
public record Expectation(
    Optional<String> outcome,
    Optional<String> host,
    OptionalLong port,
    Optional<String> subset,
    OptionalLong status,
    Optional<String> flag,
    Optional<String> redirect,
    OptionalLong timeout,
    OptionalLong retries,
    OptionalLong perTryTimeout,
    Map<String, Long> weights,
    Optional<String> path,
    Optional<String> authority,
    List<HeaderChange> headers,
    Optional<List<String>> mirror,
    boolean certain) {

  /** Copies the collections. */
  public Expectation {
    weights = Map.copyOf(weights);
    headers = List.copyOf(headers);
    mirror = mirror.map(List::copyOf);
  }

  /**
   * A change of a header.
   *
   * @param side {@code request} or {@code response}
   * @param operation {@code set}, {@code add} or {@code remove}
   * @param name the header
   * @param value the value; empty for {@code remove}
   */
  public record HeaderChange(String side, String operation, String name, String value) {
    /** Returns it as in a test: {@code request.set x-env: canary}. */
    @Override
    public String toString() {
      String text = side + "." + operation + " " + name;
      return value.isEmpty() ? text : text + ": " + value;
    }
  }
}
