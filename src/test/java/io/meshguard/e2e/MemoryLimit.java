package io.meshguard.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A limit on the memory of a process as a container has one: a control group of its own, where this
 * process may make one. The kernel kills what goes over it.
 *
 * @param group the group's folder; empty where none can be made
 */
record MemoryLimit(Optional<Path> group) implements AutoCloseable {

  private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
  private static final Path V2 = Path.of("/sys/fs/cgroup");

  static MemoryLimit of(long bytes) throws IOException {
    String name = "meshguard-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    boolean v1 = Files.isDirectory(V1);
    Path group = (v1 ? V1 : V2).resolve(name);
    try {
      Files.createDirectory(group);
      Path limit = group.resolve(v1 ? "memory.limit_in_bytes" : "memory.max");
      Files.writeString(limit, Long.toString(bytes));
      return new MemoryLimit(Optional.of(group));
    } catch (IOException e) {
      Files.deleteIfExists(group);
      System.out.println("no memory control group can be made here, only the JVM is told: " + e);
      return new MemoryLimit(Optional.empty());
    }
  }

  /** Returns the command that has another one, its arguments, run under the limit. */
  List<String> launcher() {
    return group
        .map(
            folder ->
                List.of(
                    "/bin/sh",
                    "-c",
                    "echo $$ > \"" + folder.resolve("cgroup.procs") + "\"; exec \"$@\"",
                    "sh"))
        .orElse(List.of());
  }

  /** Removes the group; the process must have ended. */
  @Override
  public void close() throws IOException {
    if (group.isPresent()) {
      Files.deleteIfExists(group.get());
    }
  }
}
