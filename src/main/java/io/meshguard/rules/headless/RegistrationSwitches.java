package io.meshguard.rules.headless;

import io.meshguard.resource.Cursor;
import io.meshguard.rules.headless.DiscoverySettings.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The settings by which discovery clients are told not to register at all, and the profiles that
 * are active. Of one setting the strongest source counts, as Spring has it: arguments, JSON, system
 * properties, environment, files.
 */
final class RegistrationSwitches implements DiscoverySettings.Reader {

  private static final String PROFILES = "springprofilesactive";

  /** Switches of all clients of Spring Cloud. */
  private static final List<String> OF_SPRING =
      List.of("springclouddiscoveryenabled", "springcloudserviceregistryautoregistrationenabled");

  /** Switches of a client, by what its settings begin with. */
  private static final Map<String, List<String>> OF_CLIENTS =
      Map.of(
          "eureka",
          List.of("eurekaclientenabled", "eurekaclientregisterwitheureka"),
          "springcloudnacos",
          List.of("springcloudnacosdiscoveryenabled", "springcloudnacosdiscoveryregisterenabled"),
          "springcloudconsul",
          List.of(
              "springcloudconsulenabled",
              "springcloudconsuldiscoveryenabled",
              "springcloudconsuldiscoveryregister"),
          "springcloudzookeeper",
          List.of(
              "springcloudzookeeperenabled",
              "springcloudzookeeperdiscoveryenabled",
              "springcloudzookeeperdiscoveryregister"),
          "springcloudservicecomb",
          List.of(),
          "dubbo",
          List.of("dubboregistryregister", "dubboregistryaddress"));

  private final Map<String, Setting> settings = new HashMap<>();
  private boolean doubtful;

  /** A value, and where it was read. */
  private record Setting(Source source, String value) {}

  RegistrationSwitches() {}

  /** Starts with what another one has read. */
  RegistrationSwitches(RegistrationSwitches other) {
    settings.putAll(other.settings);
    doubtful = other.doubtful;
  }

  /** Notes that there are settings which cannot be read. */
  void doubt() {
    doubtful = true;
  }

  /** Reads what a container says. */
  void readContainer(Cursor container, Runnable leftOut) {
    for (Cursor variable : container.at("env").each()) {
      DiscoverySettings.readVariable(variable, leftOut, this);
    }
    for (String field : List.of("command", "args")) {
      container.at(field).each().forEach(w -> DiscoverySettings.readArguments(w.text(""), this));
    }
  }

  @Override
  public boolean read(Source source, String name, String value) {
    String plain = DiscoverySettings.plain(name);
    if (isSwitch(plain) || plain.equals(PROFILES)) {
      Setting known = settings.get(plain);
      if (known == null || source.compareTo(known.source()) >= 0) {
        settings.put(plain, new Setting(source, value));
      }
    }
    return false;
  }

  /** Returns whether the client of a setting registers nothing, or whether that is not known. */
  boolean isOff(String setting) {
    String plain = DiscoverySettings.plain(setting);
    return doubtful
        || OF_CLIENTS.entrySet().stream()
            .filter(client -> plain.startsWith(client.getKey()))
            .anyMatch(
                client ->
                    client.getValue().stream().anyMatch(this::says)
                        || (!client.getKey().equals("dubbo")
                            && OF_SPRING.stream().anyMatch(this::says)));
  }

  /** Returns the profiles that are said to be active. */
  Set<String> profiles() {
    Set<String> profiles = new HashSet<>();
    Setting setting = settings.get(PROFILES);
    if (setting != null) {
      StringTokenizer words = new StringTokenizer(setting.value(), ", ");
      while (words.hasMoreTokens()) {
        profiles.add(words.nextToken());
      }
    }
    return profiles;
  }

  private boolean says(String name) {
    Setting setting = settings.get(name);
    if (setting == null) {
      return false;
    }
    String value = setting.value().toLowerCase(Locale.ROOT);
    return name.endsWith("address")
        ? value.equals("n/a") || value.contains("register=false")
        : !value.equals("true");
  }

  private static boolean isSwitch(String plain) {
    return OF_SPRING.contains(plain)
        || OF_CLIENTS.values().stream().anyMatch(names -> names.contains(plain));
  }
}
