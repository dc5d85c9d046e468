package io.meshguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;

/** Replaces the content of a file in one step, so that nobody ever sees half of it. */
final class AtomicFile {

  private AtomicFile() {}

  /**
   * Replaces a file's content; its permissions stay, and a symbolic link stays one.
   *
   * @param before what the file must still hold
   * @throws IOException if it holds something else by now, or cannot be written
   */
  static void replace(Path file, String before, String after) throws IOException {
    Path target = file.toRealPath();
    if (!Files.isWritable(target)) {
      throw new IOException("is read-only");
    }
    Path folder = target.getParent() == null ? Path.of(".") : target.getParent();
    Path temporary = Files.createTempFile(folder, ".meshguard-", ".tmp");
    try {
      Files.write(temporary, after.getBytes(StandardCharsets.UTF_8));
      PosixFileAttributeView mode =
          Files.getFileAttributeView(target, PosixFileAttributeView.class);
      if (mode != null) {
        Files.setPosixFilePermissions(temporary, mode.readAttributes().permissions());
      }
      if (!SourceText.read(target).equals(before)) {
        throw new IOException("has been changed by somebody else meanwhile");
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
