package io.meshguard.rules.filter;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The extensions that a patch brings by a name and no configuration. Followed are messages of which
 * the fields are known; what stands in any other is the business of its extension.
 */
final class Extensions {

  /** Lists of extensions: what a patch has in them is new, for lists are appended. */
  private static final Set<String> LISTS =
      Set.of(
          "listener_filters",
          "filters",
          "http_filters",
          "access_log",
          "upstream_log",
          "upstream_http_filters",
          "retry_host_predicate");

  /** Lists of extensions without which Envoy never took a message, whatever its version. */
  private static final Set<String> REQUIRED_LISTS =
      Set.of("early_header_mutation_extensions", "original_ip_detection_extensions");

  /** Fields for one extension: a merge may change the one that is there. */
  private static final Set<String> SINGLES =
      Set.of("transport_socket", "retry_priority", "provider");

  private static final Set<String> REQUIRED_SINGLES =
      Set.of("upstream_config", "typed_extension_config");

  /** istiod writes one only where it is told to, so a merge finds none to change. */
  private static final String FORMATTER = "stateful_formatter";

  /** Fields that hold free structures, or messages of extensions. */
  private static final Set<String> CLOSED =
      Set.of("metadata", "filter_metadata", "typed_per_filter_config", "config", "value");

  /** Types of which the fields are known. */
  private static final Set<String> OPEN_TYPES =
      Set.of("HttpConnectionManager", "TcpProxy", "Router", "HttpProtocolOptions");

  /** What is patched is an extension itself. */
  private static final Set<String> VALUES =
      Set.of("HTTP_FILTER", "NETWORK_FILTER", "LISTENER_FILTER");

  private static final Set<String> MESSAGES =
      Set.of(
          "LISTENER",
          "FILTER_CHAIN",
          "CLUSTER",
          "ROUTE_CONFIGURATION",
          "VIRTUAL_HOST",
          "HTTP_ROUTE");

  private final List<Untyped> found = new ArrayList<>();

  private Extensions() {}

  /**
   * An extension that a name alone stands for.
   *
   * @param at the extension
   * @param required whether every version of Envoy demands its configuration
   */
  record Untyped(Cursor at, boolean required) {}

  /** Returns the extensions of a patch that have a name and nothing that says what they are. */
  static List<Untyped> untyped(EnvoyPatch patch) {
    Extensions extensions = new Extensions();
    boolean merge = Operations.isMerge(patch);
    boolean itself = VALUES.contains(patch.applyTo());
    if (itself && Operations.brings(patch)) {
      extensions.judge(patch.value(), false);
    }
    if (merge || (itself ? Operations.brings(patch) : Operations.adds(patch))) {
      extensions.walk(patch.value(), !merge);
    }
    return itself || MESSAGES.contains(patch.applyTo()) ? extensions.found : List.of();
  }

  /**
   * Walks through a message.
   *
   * @param whole whether Envoy gets the message as it stands here, merged with no other
   */
  private void walk(Cursor message, boolean whole) {
    for (Cursor.Field field : message.fields()) {
      String name = snakeCase(field.name());
      Cursor value = field.value();
      boolean required = REQUIRED_LISTS.contains(name);
      if (CLOSED.contains(name) || !isOpen(value)) {
        continue;
      }
      if (value.isArray()) {
        for (Cursor element : value.each()) {
          if (required || LISTS.contains(name)) {
            judge(element, required);
          }
          walk(element, true);
        }
        continue;
      }
      boolean formatter = name.equals(FORMATTER);
      boolean single = whole && (SINGLES.contains(name) || REQUIRED_SINGLES.contains(name));
      if (formatter || single) {
        judge(value, formatter || REQUIRED_SINGLES.contains(name));
      }
      walk(value, whole);
    }
  }

  /** Returns whether the fields of a message are known: it has no type, or one of those above. */
  private static boolean isOpen(Cursor message) {
    if (!message.isObject()) {
      return message.isArray();
    }
    String type = message.at("@type").text("");
    return message.at("@type").isMissing()
        || OPEN_TYPES.contains(type.substring(type.lastIndexOf('.') + 1));
  }

  private void judge(Cursor extension, boolean required) {
    boolean named = !extension.at("name").text("").isEmpty();
    boolean typed =
        EnvoyPatch.field(extension, "typed_config").isPresent()
            || EnvoyPatch.field(extension, "config_discovery").isPresent();
    // Envoy passes over an optional filter that it does not know, and may over one switched off.
    boolean optional =
        EnvoyPatch.field(extension, "is_optional").isPresent()
            || extension.at("disabled").isPresent();
    if (named && !typed && !optional) {
      found.add(new Untyped(extension, required));
    }
  }

  private static String snakeCase(String name) {
    StringBuilder snake = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        snake.append('_').append((char) (c - 'A' + 'a'));
      } else {
        snake.append(c);
      }
    }
    return snake.toString();
  }
}
