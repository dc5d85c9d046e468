package io.meshguard.trace;

import io.meshguard.trace.Call.Wire;
import java.util.Set;

/**
 * The methods that Envoy takes in HTTP/1, letter by letter; others get 400 (Envoy
 * source/common/http/http1/balsa_parser.cc {@code isMethodValid} @1.36).
 */
final class Methods {

  private static final Set<String> KNOWN =
      Set.of(
          "ACL",
          "BIND",
          "CHECKOUT",
          "CONNECT",
          "COPY",
          "DELETE",
          "GET",
          "HEAD",
          "LINK",
          "LOCK",
          "M-SEARCH",
          "MERGE",
          "MKACTIVITY",
          "MKCALENDAR",
          "MKCOL",
          "MOVE",
          "NOTIFY",
          "OPTIONS",
          "PATCH",
          "POST",
          "PROPFIND",
          "PROPPATCH",
          "PURGE",
          "PUT",
          "REBIND",
          "REPORT",
          "SEARCH",
          "SOURCE",
          "SUBSCRIBE",
          "TRACE",
          "UNBIND",
          "UNLINK",
          "UNLOCK",
          "UNSUBSCRIBE");

  private Methods() {}

  static boolean isRefused(Call call) {
    return call.wire() != Wire.HTTP_2 && !KNOWN.contains(call.method());
  }
}
