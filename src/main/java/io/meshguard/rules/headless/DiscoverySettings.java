package io.meshguard.rules.headless;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlDocument;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.stream.Collectors;

/**
 * Settings by which discovery clients (Eureka, Consul, Nacos, ZooKeeper, Dubbo) register the IP of
 * their Pod. Spring reads a name in many spellings, so names are compared without case, dots,
 * dashes and underscores.
 */
final class DiscoverySettings {

  /** Settings that are a truth value. */
  private static final Set<String> PREFER_IP =
      Set.of(
          "eurekainstancepreferipaddress",
          "springcloudconsuldiscoverypreferipaddress",
          "springcloudzookeeperdiscoverypreferipaddress",
          "springcloudservicecombdiscoverypreferipaddress");

  /** Settings that are an address. */
  private static final Set<String> ADDRESS =
      Set.of(
          "eurekainstanceipaddress",
          "eurekainstancehostname",
          "springcloudconsuldiscoveryipaddress",
          "springcloudconsuldiscoveryhostname",
          "springcloudnacosdiscoveryip",
          "springcloudzookeeperdiscoveryinstancehost",
          "dubboiptoregistry",
          "dubboprotocolhost");

  /** Variable from which Spring Boot reads settings as JSON. */
  private static final String JSON_VARIABLE = "SPRING_APPLICATION_JSON";

  private static final String POD_IP = "status.podIP";
  private static final int MOST_DEPTH = 16;

  /** Longer ones are no names of settings; they would be made for each node below them. */
  private static final int LONGEST_NAME = 200;

  private DiscoverySettings() {}

  /** Returns the values by which a variable of a container refers to one that is the Pod's IP. */
  static Set<String> references(Cursor container) {
    return container.at("env").each().stream()
        .filter(variable -> variable.at("valueFrom", "fieldRef", "fieldPath").is(POD_IP))
        .map(variable -> "$(" + variable.at("name").text("") + ")")
        .collect(Collectors.toSet());
  }

  /**
   * Returns the setting in an environment variable that registers the Pod's IP.
   *
   * @param references the values that stand for the Pod's IP in that container
   * @param leftOut is told where a text is too large to be read
   */
  static Optional<String> inVariable(Cursor variable, Set<String> references, Runnable leftOut) {
    String name = variable.at("name").text("");
    String value = variable.at("value").text("");
    boolean podIp = variable.at("valueFrom", "fieldRef", "fieldPath").is(POD_IP);
    if (ADDRESS.contains(plain(name)) && (podIp || references.contains(value))) {
      return Optional.of(name);
    }
    if (registers(name, value)) {
      return Optional.of(name);
    }
    return name.equals(JSON_VARIABLE) ? inYaml(value, leftOut) : inArguments(value);
  }

  /** Returns the setting in a text of arguments: {@code -Dname=value} or {@code --name=value}. */
  static Optional<String> inArguments(String text) {
    StringTokenizer words = new StringTokenizer(text, " \t\r\n\"'");
    while (words.hasMoreTokens()) {
      Deadline.check();
      String word = words.nextToken();
      String bare = word.startsWith("-D") || word.startsWith("--") ? word.substring(2) : "";
      int equals = bare.indexOf('=');
      if (equals > 0 && registers(bare.substring(0, equals), bare.substring(equals + 1))) {
        return Optional.of(bare.substring(0, equals));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the setting in an entry of a ConfigMap: the entry itself, or the text of a properties
   * or YAML file.
   *
   * @param leftOut is told where the text is too large to be read
   */
  static Optional<String> inText(String key, String text, Runnable leftOut) {
    if (registers(key, text.strip())) {
      return Optional.of(key);
    }
    if (!text.contains("prefer") && !text.contains("Prefer") && !text.contains("POD_IP")) {
      return Optional.empty();
    }
    Optional<String> property = inProperties(text);
    return property.isPresent() ? property : inYaml(text, leftOut);
  }

  private static Optional<String> inProperties(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#") && !line.startsWith("!"))
        .flatMap(line -> property(line).stream())
        .findFirst();
  }

  private static Optional<String> property(String line) {
    int equals = line.indexOf('=');
    int end = equals >= 0 ? equals : line.indexOf(':');
    if (end <= 0) {
      return Optional.empty();
    }
    String name = line.substring(0, end).strip();
    return registers(name, line.substring(end + 1).strip()) ? Optional.of(name) : Optional.empty();
  }

  private static Optional<String> inYaml(String text, Runnable leftOut) {
    List<String> found = new ArrayList<>();
    YamlReader.read(
        text,
        YamlReader.Limits.EMBEDDED,
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            collect("", document.tree(), 0, found);
          }

          @Override
          public void unreadable(YamlException cause) {
            // Not every entry is YAML, and a template is none.
            if (cause.isTooLarge()) {
              leftOut.run();
            }
          }

          @Override
          public void duplicateKey(String key, Position position) {
            // The later value counts.
          }
        });
    return found.stream().findFirst();
  }

  private static void collect(String path, JsonNode node, int depth, List<String> found) {
    if (path.length() > LONGEST_NAME) {
      return;
    }
    Deadline.check();
    if (node.isObject() && depth < MOST_DEPTH) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        String name = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
        collect(name, entry.getValue(), depth + 1, found);
      }
    } else if (node.isValueNode() && registers(path, node.asText())) {
      found.add(path);
    }
  }

  private static boolean registers(String name, String value) {
    String plain = plain(name);
    boolean preferred = PREFER_IP.contains(plain) && value.equalsIgnoreCase("true");
    boolean address = ADDRESS.contains(plain) && value.contains("POD_IP");
    return preferred || address;
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '.' && c != '-' && c != '_') {
        plain.append(c);
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }
}
