package io.meshguard.rules.headless;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
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
    mapsOf(workload, container).stream()
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
    for (Cursor.Field file : map.at("data").fields()) {
      DiscoverySettings.readText(file.name(), file.value().text(""), profiles, leftOut, switches);
    }
  }

  private static void addUsers(Workload workload, String map, List<Cursor> containers) {
    for (Cursor container : workload.template().containers()) {
      if (containers.size() <= MOST_USERS && mapsOf(workload, container).contains(map)) {
        containers.add(container);
      }
    }
  }

  private static Set<String> mapsOf(Workload workload, Cursor container) {
    Set<String> maps = new HashSet<>();
    for (Cursor source : container.at("envFrom").each()) {
      source.at("configMapRef", "name").text().ifPresent(maps::add);
    }
    for (Cursor variable : container.at("env").each()) {
      variable.at("valueFrom", "configMapKeyRef", "name").text().ifPresent(maps::add);
    }
    for (Cursor volume : workload.template().spec().at("volumes").each()) {
      volume.at("configMap", "name").text().ifPresent(maps::add);
      for (Cursor source : volume.at("projected", "sources").each()) {
        source.at("configMap", "name").text().ifPresent(maps::add);
      }
    }
    return maps;
  }
}
