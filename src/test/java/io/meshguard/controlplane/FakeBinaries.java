package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Executable files that only have the right names. */
final class FakeBinaries {
  private FakeBinaries() {}

  /** Fills a directory with all three. */
  static Path fill(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String name : Binaries.NAMES) {
      script(directory.resolve(name), "echo " + name);
    }
    return directory;
  }

  /** Writes an executable shell script. */
  static Path script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
