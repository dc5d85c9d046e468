package io.meshguard.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read, from the moment they exist. */
final class PrivateFiles {
  private static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private PrivateFiles() {}

  /** Writes a file with mode 600, in place of what stood there. */
  static Path write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    return Files.writeString(Files.createFile(file, FILE), text);
  }

  /** Returns a directory with mode 700, made where it is missing. */
  static Path directory(Path directory) throws IOException {
    return Files.isDirectory(directory) ? directory : Files.createDirectories(directory, DIRECTORY);
  }
}
