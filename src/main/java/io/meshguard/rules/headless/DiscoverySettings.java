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
import java.util.function.Consumer;
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

  /** What says for which profiles a section of a file is. */
  private static final Set<String> ON_PROFILE =
      Set.of("springconfigactivateonprofile", "springprofiles");

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

  /** Where a setting is written, the weakest first. */
  enum Source {
    /** A file of a ConfigMap. */
    FILE,
    /** An environment variable. */
    ENVIRONMENT,
    /** A system property of Java. */
    PROPERTY,
    /** The variable that holds settings as JSON. */
    JSON,
    /** An argument of the program. */
    ARGUMENT
  }

  /** Who is told of settings. */
  interface Reader {
    /** Takes a setting; returns whether it has seen enough. */
    boolean read(Source source, String name, String value);
  }

  /**
   * Returns the setting in an environment variable that registers the Pod's IP.
   *
   * @param references the values that stand for the Pod's IP in that container
   * @param leftOut is told where a text is too large to be read
   */
  static Optional<String> inVariable(Cursor variable, Set<String> references, Runnable leftOut) {
    String name = variable.at("name").text("");
    boolean podIp = variable.at("valueFrom", "fieldRef", "fieldPath").is(POD_IP);
    if (ADDRESS.contains(plain(name))
        && (podIp || references.contains(variable.at("value").text("")))) {
      return Optional.of(name);
    }
    Registering found = new Registering();
    readVariable(variable, leftOut, found);
    return found.first();
  }

  /** Returns the setting in a text of arguments that registers the Pod's IP. */
  static Optional<String> inArguments(String text) {
    Registering found = new Registering();
    readArguments(text, found);
    return found.first();
  }

  /**
   * Returns the setting in an entry of a ConfigMap that registers the Pod's IP: the entry itself,
   * or the text of a properties or YAML file.
   *
   * @param profiles the profiles that are seen to be active: what is for others does not count
   * @param leftOut is told where the text is too large to be read
   */
  static Optional<String> inText(String key, String text, Set<String> profiles, Runnable leftOut) {
    Registering found = new Registering();
    if (mayRegister(key, text)) {
      readText(key, text, profiles, leftOut, found);
    }
    return found.first();
  }

  /** Returns whether an entry of a ConfigMap may register the Pod's IP, told without reading it. */
  static boolean mayRegister(Cursor.Field entry) {
    return mayRegister(entry.name(), entry.value().text(""));
  }

  private static boolean mayRegister(String key, String text) {
    return text.contains("prefer")
        || text.contains("Prefer")
        || text.contains("POD_IP")
        || registers(key, text.strip());
  }

  /** Tells of the settings in an environment variable; of one from elsewhere without its value. */
  static void readVariable(Cursor variable, Runnable leftOut, Reader reader) {
    String name = variable.at("name").text("");
    String value = variable.at("value").text("");
    if (name.equals(JSON_VARIABLE)) {
      inYaml(value, leftOut, tree -> collect("", tree, 0, Source.JSON, reader));
    } else if (!reader.read(Source.ENVIRONMENT, name, value)) {
      readArguments(value, reader);
    }
  }

  /** Tells of the settings in a text of arguments: {@code -Dname=value} or {@code --name=value}. */
  static void readArguments(String text, Reader reader) {
    StringTokenizer words = new StringTokenizer(text, " \t\r\n\"'");
    while (words.hasMoreTokens()) {
      Deadline.check();
      String word = words.nextToken();
      boolean argument = word.startsWith("--");
      String bare = argument || word.startsWith("-D") ? word.substring(2) : "";
      int equals = bare.indexOf('=');
      Source source = argument ? Source.ARGUMENT : Source.PROPERTY;
      if (equals > 0
          && reader.read(source, bare.substring(0, equals), bare.substring(equals + 1))) {
        return;
      }
    }
  }

  /** Tells of the settings in an entry of a ConfigMap, but for those of other profiles. */
  static void readText(
      String key, String text, Set<String> profiles, Runnable leftOut, Reader reader) {
    Optional<String> profile = profile(key);
    if (profile.isPresent() && !profiles.contains(profile.get())) {
      return;
    }
    if (reader.read(Source.FILE, key, text.strip())
        || readProperties(key, text, profiles, reader)) {
      return;
    }
    inYaml(
        text,
        leftOut,
        tree -> {
          if (isActive(tree, profiles)) {
            collect("", tree, 0, Source.FILE, reader);
          }
        });
  }

  /** Returns the profile that a file is for: {@code application-local.yml}. */
  private static Optional<String> profile(String file) {
    int dash = file.indexOf('-');
    int dot = file.lastIndexOf('.');
    boolean named = file.startsWith("application-") || file.startsWith("bootstrap-");
    return named && dot > dash ? Optional.of(file.substring(dash + 1, dot)) : Optional.empty();
  }

  /** A section may say for which profiles it is; what is more than a name is not judged. */
  private static boolean isActive(JsonNode section, Set<String> profiles) {
    List<String> wanted = new ArrayList<>();
    collect(
        "",
        section,
        0,
        Source.FILE,
        (source, name, value) -> {
          if (ON_PROFILE.contains(plain(name))) {
            wanted.add(value);
          }
          return false;
        });
    return wanted.isEmpty() || wanted.stream().anyMatch(profiles::contains);
  }

  /**
   * Reads lines of names and values, in sections that a line {@code #---} parts. A colon between
   * the two is YAML as well, whose sections are others.
   */
  private static boolean readProperties(
      String key, String text, Set<String> profiles, Reader reader) {
    String name = key.toLowerCase(Locale.ROOT);
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return false;
    }
    String separators = name.endsWith(".properties") ? "=:" : "=";
    List<String> section = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      Deadline.check();
      if (line.equals("#---") || line.equals("!---")) {
        if (readSection(section, separators, profiles, reader)) {
          return true;
        }
        section.clear();
      } else if (!line.startsWith("#") && !line.startsWith("!")) {
        section.add(line);
      }
    }
    return readSection(section, separators, profiles, reader);
  }

  private static boolean readSection(
      List<String> lines, String separators, Set<String> profiles, Reader reader) {
    List<String> wanted = new ArrayList<>();
    Reader activation =
        (source, name, value) -> {
          if (ON_PROFILE.contains(plain(name))) {
            wanted.add(value);
          }
          return false;
        };
    lines.forEach(line -> readProperty(line, separators, activation));
    boolean active = wanted.isEmpty() || wanted.stream().anyMatch(profiles::contains);
    return active && lines.stream().anyMatch(line -> readProperty(line, separators, reader));
  }

  private static boolean readProperty(String line, String separators, Reader reader) {
    int end = -1;
    for (int i = 0; i < separators.length() && end < 0; i++) {
      end = line.indexOf(separators.charAt(i));
    }
    return end > 0
        && reader.read(
            Source.FILE, line.substring(0, end).strip(), line.substring(end + 1).strip());
  }

  private static void inYaml(String text, Runnable leftOut, Consumer<JsonNode> sink) {
    YamlReader.read(
        text,
        YamlReader.Limits.EMBEDDED,
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            sink.accept(document.tree());
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
  }

  private static void collect(String path, JsonNode node, int depth, Source source, Reader reader) {
    if (path.length() > LONGEST_NAME) {
      return;
    }
    Deadline.check();
    if (node.isObject() && depth < MOST_DEPTH) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        String name = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
        collect(name, entry.getValue(), depth + 1, source, reader);
      }
    } else if (node.isArray()) {
      node.forEach(element -> collect(path, element, MOST_DEPTH, source, reader));
    } else if (node.isValueNode()) {
      reader.read(source, path, node.asText());
    }
  }

  /** Keeps the first setting that registers the Pod's IP. */
  private static final class Registering implements Reader {
    private Optional<String> found = Optional.empty();

    @Override
    public boolean read(Source source, String name, String value) {
      if (found.isEmpty() && registers(name, value)) {
        found = Optional.of(name);
      }
      return found.isPresent();
    }

    Optional<String> first() {
      return found;
    }
  }

  private static boolean registers(String name, String value) {
    String plain = plain(name);
    boolean preferred = PREFER_IP.contains(plain) && value.equalsIgnoreCase("true");
    boolean address = ADDRESS.contains(plain) && value.contains("POD_IP");
    return preferred || address;
  }

  /** Returns a name without what tells its spellings apart. */
  static String plain(String name) {
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
