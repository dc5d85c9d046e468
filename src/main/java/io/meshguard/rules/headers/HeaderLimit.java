package io.meshguard.rules.headers;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.Report;
import java.util.List;

/** Where an EnvoyFilter sets {@code max_request_headers_kb}. */
final class HeaderLimit {

  private static final String FIELD = "max_request_headers_kb";

  private HeaderLimit() {}

  /** Returns the messages in a patch that hold the limit, at any depth. */
  static List<Cursor> messages(EnvoyPatch patch, Report report) {
    return EnvoyPatch.messagesWith(patch.value(), FIELD, report::cutShort);
  }

  /** Returns the place of the limit in such a message. */
  static Cursor of(Cursor message) {
    return EnvoyPatch.field(message, FIELD);
  }

  /** Returns whether a message is the value of a field {@code typed_config}. */
  static boolean isTypedConfig(Cursor message) {
    String name = message.pointer().last().getMatchingProperty();
    return name.equals("typed_config") || name.equals("typedConfig");
  }
}
