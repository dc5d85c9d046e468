package io.meshguard.dataplane;

import java.util.List;
import java.util.Optional;

/**
 * What was seen of a request.
 *
 * @param response what the client got
 * @param log what the first proxy of the way wrote; empty where there was none, or it wrote nothing
 * @param tries what reached servers of this request, the earliest first
 * @param millis until the client had its answer
 */
public record Sighting(
    RawResponse response, Optional<AccessLogLine> log, List<Echo.Received> tries, long millis) {
  /** Copies the list. */
  public Sighting {
    tries = List.copyOf(tries);
  }
}
