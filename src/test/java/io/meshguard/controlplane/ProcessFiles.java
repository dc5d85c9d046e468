package io.meshguard.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What Linux tells of a process. */
public final class ProcessFiles {
  private static final String LISTEN = "0A";

  private ProcessFiles() {}

  /** Returns the command line, arguments separated by blanks. */
  static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells whether a process runs; one that is only waiting to be reaped does not. */
  static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the addresses that a process listens on, such as {@code 127.0.0.1:6443}. */
  public static List<String> listening(long pid) throws IOException {
    Set<String> sockets = sockets(pid);
    List<String> result = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table))) {
        String[] fields = line.strip().split("\\s+");
        boolean open = table.startsWith("udp") || fields[3].equals(LISTEN);
        if (fields.length > 9 && open && sockets.contains(fields[9])) {
          result.add(address(fields[1]));
        }
      }
    }
    return result;
  }

  private static Set<String> sockets(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path descriptor : descriptors.toList()) {
        String target = Files.readSymbolicLink(descriptor).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }

  /** The kernel prints an IPv4 address as one little-endian number. */
  private static String address(String hex) {
    int colon = hex.indexOf(':');
    int port = Integer.parseInt(hex.substring(colon + 1), 16);
    if (colon != 8) {
      return "[" + hex.substring(0, colon) + "]:" + port;
    }
    long number = Long.parseLong(hex.substring(0, 8), 16);
    return "%d.%d.%d.%d:%d"
        .formatted(
            number & 0xff, number >> 8 & 0xff, number >> 16 & 0xff, number >> 24 & 0xff, port);
  }
}
