package io.meshguard.files;

import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads whole texts, and says why one cannot be read. */
public final class SourceText {

  private static final int MOST_BYTES = 64 * 1024 * 1024;

  private SourceText() {}

  /**
   * Returns the text of a file. A pipe, a socket or a device is refused: it may never end, or never
   * begin.
   */
  public static String read(Path file) throws IOException {
    if (Files.readAttributes(file, BasicFileAttributes.class).isOther()) {
      throw new UnreadableException("file.pipe");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in);
    }
  }

  /** Returns everything that a stream gives. */
  public static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[1 << 16];
    for (int length = in.read(part); length >= 0; length = in.read(part)) {
      bytes.write(part, 0, length);
      if (bytes.size() > MOST_BYTES) {
        throw new UnreadableException("file.large");
      }
    }
    return decode(bytes.toByteArray());
  }

  /** Returns what stands in a user's message for a failure to read or write. */
  public static Message reason(IOException cause) {
    if (cause instanceof UnreadableException refused) {
      return refused.reason();
    }
    if (cause instanceof NoSuchFileException) {
      return FileText.of("file.none");
    }
    if (cause instanceof AccessDeniedException) {
      return FileText.of("file.denied");
    }
    boolean filesystem = cause instanceof FileSystemException failed && failed.getReason() != null;
    return ForeignText.of(
        filesystem
            ? String.valueOf(((FileSystemException) cause).getReason())
            : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
  }

  /** Returns what stands in a user's message for a text that can be no file's name. */
  public static Message reason(InvalidPathException cause) {
    return FileText.of("file.name");
  }

  /** Returns what stands in a user's message for a file or folder that is not there. */
  public static Message missing() {
    return FileText.of("file.none");
  }

  private static String decode(byte[] bytes) throws IOException {
    boolean utf16 =
        bytes.length >= 2
            && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
    if (utf16) {
      throw new UnreadableException("file.utf16");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      throw new UnreadableException("file.notUtf8");
    }
  }
}
