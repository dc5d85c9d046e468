package io.meshguard.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.mesh.VersionRange;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The types of the fields of a ProxyConfig message (istio.io/api mesh/v1alpha1/proxy.proto, 1.8 to
 * 1.30), and since when each is there. A field that is not in the table is not judged, since Istio
 * ignores what it does not know. Null stands for the default everywhere.
 */
public final class ProxyConfigTypes {

  private static final Set<String> YES = Set.of("y", "yes", "true", "on");
  private static final Set<String> NO = Set.of("n", "no", "false", "off");

  /** Types by the path of a field, names in camelCase. */
  private static final Map<String, Type> FIELDS = fields();

  /** Versions that have a field, by its path; what is younger than 1.8 and its fields alone. */
  private static final Map<String, VersionRange> SINCE =
      Map.of(
          "caCertificatesPem", VersionRange.from("1.10"),
          "image", VersionRange.from("1.13"),
          "tracingServiceName", VersionRange.from("1.13"),
          "runtimeValues", VersionRange.from("1.14"),
          "privateKeyProvider", VersionRange.from("1.14"),
          "proxyHeaders", VersionRange.from("1.19"),
          "proxyHeaders.preserveHttp1HeaderCase", VersionRange.from("1.25"));

  private ProxyConfigTypes() {}

  /** What a value must be. */
  public enum Type {
    /** true or false, unquoted. */
    BOOLEAN,
    /** Text, in quotes where it looks like something else. */
    STRING,
    /** A whole number. */
    INTEGER,
    /** Text such as {@code 45s}. */
    DURATION,
    /** A name of a list of names, or its number. */
    ENUM,
    /** A mapping with fields of its own. */
    MESSAGE,
    /** A mapping from names to text. */
    STRINGS_BY_NAME,
    /** A list of texts. */
    STRINGS
  }

  /**
   * A value of the wrong type.
   *
   * @param at the value
   * @param name the field, or field and key of a map
   * @param type what it must be
   * @param meant the value that was probably meant; empty where that is a guess
   * @param versions versions that have the field; any other ignores it, whatever stands there
   */
  public record Mistake(
      Cursor at, String name, Type type, Optional<JsonNode> meant, VersionRange versions) {}

  /** Returns the values of the wrong type in a ProxyConfig message, in its order. */
  public static List<Mistake> mistakes(Cursor config) {
    List<Mistake> mistakes = new ArrayList<>();
    checkFields("", "", config, VersionRange.ALL, mistakes);
    return mistakes;
  }

  /**
   * Checks the fields of a message.
   *
   * @param path the message in the table, with a dot at its end; empty for the outermost
   * @param written the same as it is written
   * @param around versions that have the message; no field of it is older
   */
  private static void checkFields(
      String path, String written, Cursor message, VersionRange around, List<Mistake> mistakes) {
    for (Cursor.Field field : message.fields()) {
      String place = path + camelCase(field.name());
      Type type = FIELDS.get(place);
      Cursor value = field.value();
      if (type == null || !value.isPresent()) {
        continue;
      }
      String name = written + field.name();
      VersionRange versions = SINCE.getOrDefault(place, around);
      if (!fits(value, type)) {
        mistakes.add(new Mistake(value, name, type, meant(value, type), versions));
      } else if (type == Type.MESSAGE) {
        checkFields(place + ".", name + ".", value, versions, mistakes);
      } else if (type == Type.STRINGS_BY_NAME) {
        value
            .fields()
            .forEach(e -> checkText(name + "." + e.name(), e.value(), versions, mistakes));
      } else if (type == Type.STRINGS) {
        value.each().forEach(element -> checkText(name, element, versions, mistakes));
      }
    }
  }

  private static void checkText(
      String name, Cursor value, VersionRange versions, List<Mistake> mistakes) {
    if (value.isPresent() && value.text().isEmpty()) {
      Optional<JsonNode> meant = meant(value, Type.STRING);
      mistakes.add(new Mistake(value, name, Type.STRING, meant, versions));
    }
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      boolean up = name.charAt(i) == '_' && i + 1 < name.length();
      camel.append(up ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
    }
    return camel.toString();
  }

  private static boolean fits(Cursor at, Type type) {
    JsonNode node = at.node();
    return switch (type) {
      case BOOLEAN -> node.isBoolean();
      case STRING -> node.isTextual();
      case DURATION -> node.isTextual() && GoDuration.millis(node.textValue()).isPresent();
      case INTEGER -> isInteger(node);
      case ENUM -> node.isTextual() || isWhole(node);
      case MESSAGE, STRINGS_BY_NAME -> node.isObject();
      case STRINGS -> node.isArray();
    };
  }

  /** What stands in quotes is read as JSON by itself, with blanks around it. */
  private static boolean isInteger(JsonNode node) {
    if (node.isNumber()) {
      return isWhole(node);
    }
    String text = node.asText("").strip();
    String digits = text.startsWith("-") ? text.substring(1) : text;
    return node.isTextual() && (text.equals("null") || (digits.length() <= 10 && isDigits(digits)));
  }

  private static boolean isWhole(JsonNode node) {
    return node.isNumber()
        && (node.isIntegralNumber() || node.decimalValue().stripTrailingZeros().scale() <= 0);
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(ProxyConfigTypes::isDigit);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Optional<JsonNode> meant(Cursor at, Type type) {
    JsonNode node = at.node();
    if (type == Type.BOOLEAN && node.isTextual()) {
      String word = node.textValue().toLowerCase(Locale.ROOT);
      return YES.contains(word) || NO.contains(word)
          ? Optional.of(JsonNodeFactory.instance.booleanNode(YES.contains(word)))
          : Optional.empty();
    }
    boolean scalar = node.isBoolean() || node.isNumber();
    return type == Type.STRING && scalar
        ? Optional.of(JsonNodeFactory.instance.textNode(node.asText()))
        : Optional.empty();
  }

  private static Map<String, Type> fields() {
    Map<String, Type> fields = new HashMap<>();
    put(fields, Type.BOOLEAN, "holdApplicationUntilProxyStarts");
    put(
        fields,
        Type.STRING,
        "configPath",
        "binaryPath",
        "serviceCluster",
        "discoveryAddress",
        "zipkinAddress",
        "statsdUdpAddress",
        "customConfigFile",
        "proxyBootstrapTemplatePath",
        "meshId");
    put(fields, Type.INTEGER, "concurrency", "proxyAdminPort", "statNameLength", "statusPort");
    put(fields, Type.DURATION, "drainDuration", "terminationDrainDuration");
    put(fields, Type.ENUM, "interceptionMode", "tracingServiceName", "controlPlaneAuthPolicy");
    put(
        fields,
        Type.MESSAGE,
        "tracing",
        "envoyAccessLogService",
        "envoyMetricsService",
        "gatewayTopology",
        "readinessProbe",
        "proxyStatsMatcher",
        "image",
        "privateKeyProvider",
        "proxyHeaders");
    put(fields, Type.STRINGS_BY_NAME, "proxyMetadata", "runtimeValues");
    put(fields, Type.STRINGS, "extraStatTags", "caCertificatesPem");
    put(
        fields,
        Type.STRINGS,
        "proxyStatsMatcher.inclusionPrefixes",
        "proxyStatsMatcher.inclusionSuffixes",
        "proxyStatsMatcher.inclusionRegexps");
    put(fields, Type.STRING, "image.imageType", "proxyHeaders.server.value");
    put(fields, Type.INTEGER, "gatewayTopology.numTrustedProxies", "tracing.maxPathTagLength");
    put(
        fields,
        Type.INTEGER,
        "readinessProbe.initialDelaySeconds",
        "readinessProbe.timeoutSeconds",
        "readinessProbe.periodSeconds",
        "readinessProbe.successThreshold",
        "readinessProbe.failureThreshold");
    put(fields, Type.MESSAGE, "tracing.zipkin");
    put(fields, Type.STRING, "tracing.zipkin.address");
    put(
        fields,
        Type.MESSAGE,
        "proxyHeaders.requestId",
        "proxyHeaders.server",
        "proxyHeaders.attemptCount",
        "proxyHeaders.envoyDebugHeaders");
    put(
        fields,
        Type.BOOLEAN,
        "proxyHeaders.preserveHttp1HeaderCase",
        "proxyHeaders.requestId.disabled",
        "proxyHeaders.server.disabled",
        "proxyHeaders.attemptCount.disabled",
        "proxyHeaders.envoyDebugHeaders.disabled");
    return Map.copyOf(fields);
  }

  private static void put(Map<String, Type> fields, Type type, String... names) {
    for (String name : names) {
      fields.put(name, type);
    }
  }
}
