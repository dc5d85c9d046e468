package io.meshguard.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * What a scalar means to the Kubernetes tools: the rules of YAML 1.1 as go-yaml v2 has them, which
 * sigs.k8s.io/yaml builds on. So {@code yes} and {@code on} are booleans, dates are strings.
 */
final class YamlScalars {

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUES =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSES =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final int MOST_DIGITS = 400;

  private YamlScalars() {}

  static boolean isPlain(Event event) {
    return event instanceof ScalarEvent scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN;
  }

  static JsonNode resolve(ScalarEvent scalar, Position position) {
    String text = scalar.getValue();
    Optional<String> tag = scalar.getTag();
    if (tag.isPresent() && tag.get().equals("tag:yaml.org,2002:str")) {
      return JsonNodeFactory.instance.textNode(text);
    }
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN && tag.isEmpty()) {
      return JsonNodeFactory.instance.textNode(text);
    }
    if (NULLS.contains(text)) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (TRUES.contains(text)) {
      return JsonNodeFactory.instance.booleanNode(true);
    }
    if (FALSES.contains(text)) {
      return JsonNodeFactory.instance.booleanNode(false);
    }
    if (text.length() > MOST_DIGITS) {
      return JsonNodeFactory.instance.textNode(text);
    }
    JsonNode number = integer(text);
    if (number == null) {
      number = decimal(text);
    }
    return number == null ? JsonNodeFactory.instance.textNode(text) : number;
  }

  private static @Nullable JsonNode integer(String text) {
    String digits = text.replace("_", "");
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = 10;
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      radix = 16;
      digits = digits.substring(2);
    } else if (digits.startsWith("0b") || digits.startsWith("0B")) {
      radix = 2;
      digits = digits.substring(2);
    } else if (digits.startsWith("0o")) {
      radix = 8;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      radix = 8;
    }
    if (digits.isEmpty() || !allDigits(digits, radix)) {
      return null;
    }
    BigInteger value = new BigInteger(digits, radix);
    BigInteger signed = negative ? value.negate() : value;
    return signed.bitLength() < 32
        ? JsonNodeFactory.instance.numberNode(signed.intValue())
        : longer(signed);
  }

  /** Jackson reads JSON into the smallest type that fits, and equality depends on the type. */
  private static JsonNode longer(BigInteger value) {
    return value.bitLength() < 64
        ? JsonNodeFactory.instance.numberNode(value.longValue())
        : JsonNodeFactory.instance.numberNode(value);
  }

  private static boolean allDigits(String digits, int radix) {
    return digits.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
  }

  private static @Nullable JsonNode decimal(String text) {
    int point = text.indexOf('.');
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
    boolean digit = text.chars().anyMatch(c -> c >= '0' && c <= '9');
    boolean only = text.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0);
    if (!digit || !only || (point < 0 && exponent < 0)) {
      return null;
    }
    try {
      BigDecimal value = new BigDecimal(text);
      return Math.abs((long) value.scale()) > MOST_DIGITS
          ? null
          : JsonNodeFactory.instance.numberNode(value);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
