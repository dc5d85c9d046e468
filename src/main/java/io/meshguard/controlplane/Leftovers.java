package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is left where a process and the watchdog that guards it were killed at once: a temporary
 * directory, in which stands whose it is, and processes whose command lines name it. Nothing else
 * is touched: not the directory of a process that lives, and not one that says nothing.
 */
final class Leftovers {
  /** How the names of temporary directories begin. */
  static final String PREFIX = "meshguard-control-plane-";

  private static final String OWNER = "owner";

  private Leftovers() {}

  /** Says in a directory that this process owns it. */
  static void claim(Path directory) throws IOException {
    PrivateFiles.write(directory.resolve(OWNER), line(ProcessHandle.current()));
  }

  /** Ends and removes what dead processes of this user left, and says so. */
  static void remove(Path temporary, Progress progress) throws IOException {
    List<Path> candidates;
    try (Stream<Path> entries = Files.list(temporary)) {
      candidates =
          entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX)).toList();
    }
    for (Path directory : candidates) {
      if (isMine(directory) && owner(directory).filter(owner -> !lives(owner)).isPresent()) {
        progress.say("removing what a process that was killed left in " + directory);
        String path = directory + "/";
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(path))
            .forEach(ProcessHandle::destroyForcibly);
        Trees.delete(directory);
      }
    }
  }

  /** Others may not even look into it. */
  private static boolean isMine(Path directory) throws IOException {
    return Files.isDirectory(directory)
        && Files.isReadable(directory)
        && Files.getOwner(directory).getName().equals(System.getProperty("user.name"))
        && !Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE);
  }

  private static Optional<String> owner(Path directory) throws IOException {
    Path file = directory.resolve(OWNER);
    return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  private static boolean lives(String owner) {
    try {
      return ProcessHandle.of(Long.parseLong(owner.split(" ", 2)[0]))
          .filter(process -> line(process).equals(owner))
          .isPresent();
    } catch (NumberFormatException e) {
      // Not written by this program.
      return true;
    }
  }

  /** A number is given to another process one day; not with the same time. */
  private static String line(ProcessHandle process) {
    return process.pid() + " " + process.info().startInstant().map(Instant::toString).orElse("");
  }
}
