package io.meshguard.expect;

import io.meshguard.trace.Call;
import io.meshguard.yaml.Position;

/**
 * A test: a request that enters somewhere, and what is expected of it.
 *
 * @param file the file that it stands in
 * @param position where it stands there
 * @param name what it is called
 * @param entry where the request enters
 * @param call the request
 * @param expect what is expected
 */
public record RouteTest(
    String file, Position position, String name, Entry entry, Call call, Expectation expect) {

  /**
   * Where a request enters the mesh.
   *
   * @param type at a gateway, or from the sidecar of a client
   * @param text how the test names it
   */
  public record Entry(Type type, String text) {

    /** Kinds of entries. */
    public enum Type {
      /** A gateway. */
      AT,
      /** The sidecar of the workload that sends the request. */
      FROM
    }
  }
}
