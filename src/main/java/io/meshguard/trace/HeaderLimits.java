package io.meshguard.trace;

import io.meshguard.route.Assumptions;
import io.meshguard.route.Assumptions.Subject;
import java.util.List;
import java.util.Map;

/**
 * How many bytes of headers, and how many headers, Envoy takes of a request (Envoy
 * api/envoy/extensions/filters/network/http_connection_manager/v3 {@code max_request_headers_kb}
 * and api/envoy/config/core/v3/protocol.proto {@code max_headers_count} @1.36: 60 KiB and 100).
 */
final class HeaderLimits {

  private static final int MOST_BYTES = 60 * 1024;
  private static final int MOST_HEADERS = 100;

  /** What clients and Envoy add, such as the request id, is not known by the byte. */
  private static final int ADDED_BYTES = 1024;

  private static final int ADDED_HEADERS = 10;

  private HeaderLimits() {}

  /** Returns whether a request is refused with 431. */
  static boolean isOver(Call call, Assumptions assumptions) {
    long bytes =
        (long) call.method().length()
            + call.path().length()
            + call.rawQuery().length()
            + call.authority().length();
    long count = 0;
    for (Map.Entry<String, List<String>> header : call.headers().entrySet()) {
      for (String value : header.getValue()) {
        bytes += (long) header.getKey().length() + value.length();
        count++;
      }
    }
    boolean near =
        (bytes > MOST_BYTES - ADDED_BYTES && bytes <= MOST_BYTES)
            || (count > MOST_HEADERS - ADDED_HEADERS && count <= MOST_HEADERS);
    if (near) {
      assumptions.doubt(Subject.NOT_MODELLED, "431");
    }
    return bytes > MOST_BYTES || count > MOST_HEADERS;
  }
}
