package io.meshguard.rules.headless;

import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a ConfigMap and the workloads that use it say together about the registration of discovery
 * clients: a switch may stand in another file than the address, or in a variable.
 */
final class ConfigUsers {

  /** Kinds that are looked up. */
  static final Set<Kind> READS =
      Stream.concat(PodTemplate.WORKLOADS.stream(), Stream.of(Kind.CONFIG_MAP))
          .collect(Collectors.toUnmodifiableSet());

  /** A file that so many use is looked at no further. */
  private static final int MOST_USERS = 100;

  /** ConfigMaps of one container that are read. */
  private static final int MOST_MAPS = 20;

  /** Characters of the files of a ConfigMap that are read; the settings of a program are fewer. */
  private static final int LONGEST_FILES = 100_000;

  private final List<RegistrationSwitches> users = new ArrayList<>();
  private final Set<String> profiles = new HashSet<>();

  /**
   * Reads a ConfigMap and the containers that use it.
   *
   * @param leftOut is told where something is too large to be read
   */
  ConfigUsers(Resource map, Mesh mesh, Runnable leftOut) {
    List<Cursor> containers = new ArrayList<>();
    for (Kind kind : PodTemplate.WORKLOADS) {
      for (Resource item : mesh.list(kind, map.namespace()).items()) {
        Workload.of(item).ifPresent(workload -> addUsers(workload, map.name(), containers));
      }
    }
    if (containers.size() > MOST_USERS) {
      leftOut.run();
    }
    List<Cursor> some = containers.subList(0, Math.min(MOST_USERS, containers.size()));
    some.forEach(container -> profiles.addAll(read(container, leftOut).profiles()));
    RegistrationSwitches files = new RegistrationSwitches();
    read(map, Set.of(), leftOut, files);
    profiles.addAll(files.profiles());
    read(map, profiles, leftOut, files);
    for (Cursor container : some) {
      RegistrationSwitches both = new RegistrationSwitches(files);
      both.readContainer(container, leftOut);
      users.add(both);
    }
    if (users.isEmpty()) {
      users.add(files);
    }
  }

  /** Returns the profiles that are seen to be active. */
  Set<String> profiles() {
    return profiles;
  }

  /** Returns whether some user of the file may register by a setting of it. */
  boolean mayRegister(String setting) {
    return users.stream().anyMatch(user -> !user.isOff(setting));
  }

  /** Returns what a container says, together with the ConfigMaps that it uses. */
  static RegistrationSwitches switchesOf(
      Workload workload, Cursor container, Mesh mesh, Runnable leftOut) {
    Set<String> profiles = read(container, leftOut).profiles();
    RegistrationSwitches switches = new RegistrationSwitches();
    Set<String> variables = variableMaps(container);
    if (variables.size() > MOST_MAPS || takesSecrets(container)) {
      switches.doubt();
      return switches;
    }
    for (String name : variables) {
      Lookup map = mesh.find(Kind.CONFIG_MAP, workload.namespace(), name);
      map.found().ifPresent(found -> read(found, profiles, leftOut, switches));
      if (map.found().isEmpty() && !map.isAbsent()) {
        // Variables from there are as strong as those at hand; files from there are weaker.
        switches.doubt();
      }
    }
    fileMaps(workload).stream()
        .limit(MOST_MAPS)
        .map(name -> mesh.find(Kind.CONFIG_MAP, workload.namespace(), name).found())
        .flatMap(Optional::stream)
        .forEach(map -> read(map, profiles, leftOut, switches));
    switches.readContainer(container, leftOut);
    return switches;
  }

  private static RegistrationSwitches read(Cursor container, Runnable leftOut) {
    RegistrationSwitches switches = new RegistrationSwitches();
    switches.readContainer(container, leftOut);
    return switches;
  }

  private static void read(
      Resource map, Set<String> profiles, Runnable leftOut, RegistrationSwitches switches) {
    int length = 0;
    for (Cursor.Field file : map.at("data").fields()) {
      String text = file.value().text("");
      length += file.name().length() + text.length();
      if (length > LONGEST_FILES) {
        leftOut.run();
        switches.doubt();
        return;
      }
      DiscoverySettings.readText(file.name(), text, profiles, leftOut, switches);
    }
  }

  private static void addUsers(Workload workload, String map, List<Cursor> containers) {
    boolean file = fileMaps(workload).contains(map);
    for (Cursor container : workload.template().containers()) {
      if (containers.size() <= MOST_USERS && (file || variableMaps(container).contains(map))) {
        containers.add(container);
      }
    }
  }

  /** Returns whether variables of a container come from Secrets, which are not read. */
  private static boolean takesSecrets(Cursor container) {
    return container.at("envFrom").each().stream()
        .anyMatch(source -> source.at("secretRef").isPresent());
  }

  /** Returns the ConfigMaps whose entries are variables of a container. */
  private static Set<String> variableMaps(Cursor container) {
    Set<String> maps = new LinkedHashSet<>();
    for (Cursor source : container.at("envFrom").each()) {
      source.at("configMapRef", "name").text().ifPresent(maps::add);
    }
    for (Cursor variable : container.at("env").each()) {
      variable.at("valueFrom", "configMapKeyRef", "name").text().ifPresent(maps::add);
    }
    return maps;
  }

  /** Returns the ConfigMaps that a workload mounts as files. */
  private static Set<String> fileMaps(Workload workload) {
    Set<String> maps = new LinkedHashSet<>();
    for (Cursor volume : workload.template().spec().at("volumes").each()) {
      volume.at("configMap", "name").text().ifPresent(maps::add);
      for (Cursor source : volume.at("projected", "sources").each()) {
        source.at("configMap", "name").text().ifPresent(maps::add);
      }
    }
    return maps;
  }
}
