package io.meshguard.rule;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.resource.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names a finding so that it is known again after the object was edited elsewhere: rule, object,
 * the offending fragment and what it names, but no list index, file or line.
 */
final class Fingerprint {

  private static final int BYTES = 10;

  private Fingerprint() {}

  /** Returns what tells a node from every other. */
  static String of(JsonNode node) {
    MessageDigest digest = sha256();
    feed(digest, node);
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(RuleInfo rule, Resource object, JsonNode fragment, List<String> names) {
    MessageDigest digest = sha256();
    feed(digest, rule.id());
    feed(digest, object.kind().toString());
    feed(digest, object.ref().namespace());
    feed(digest, object.name());
    feed(digest, fragment);
    names.forEach(name -> feed(digest, name));
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }

  /** Object keys are sorted, so that their order in a file does not count. */
  private static void feed(MessageDigest digest, JsonNode node) {
    Deadline.check();
    if (node.isObject()) {
      feed(digest, "{");
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
      sorted.forEach(
          (key, value) -> {
            feed(digest, key);
            feed(digest, value);
          });
      feed(digest, "}");
    } else if (node.isArray()) {
      feed(digest, "[");
      node.forEach(element -> feed(digest, element));
      feed(digest, "]");
    } else {
      feed(digest, scalar(node));
    }
  }

  /** What the node's own toString gives, which loads all of Jackson's mapper for it. */
  private static String scalar(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING ->
          "\""
              + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(node.textValue()))
              + "\"";
      case BOOLEAN, NULL -> node.asText();
      case NUMBER -> node.isIntegralNumber() ? node.asText() : node.toString();
      default -> node.toString();
    };
  }

  private static void feed(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
