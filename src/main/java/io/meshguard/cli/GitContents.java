package io.meshguard.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The contents of files as {@code git cat-file --batch} gives them, one after the other. */
final class GitContents implements Closeable {

  private static final int LARGEST_PART = 1 << 16;

  private final Process process;
  private final OutputStream asked;
  private final InputStream answers;

  GitContents(Process process) {
    this.process = process;
    this.asked = new BufferedOutputStream(process.getOutputStream());
    this.answers = new BufferedInputStream(process.getInputStream());
  }

  /** Writes the content of a file. */
  void copy(String blob, OutputStream to) throws IOException {
    asked.write((blob + "\n").getBytes(StandardCharsets.US_ASCII));
    asked.flush();
    long left = size(line());
    byte[] part = new byte[(int) Math.min(left, LARGEST_PART)];
    while (left > 0) {
      int length = answers.read(part, 0, (int) Math.min(part.length, left));
      if (length < 0) {
        throw new EOFException("git ended");
      }
      to.write(part, 0, length);
      left -= length;
    }
    // A line break follows the content.
    line();
  }

  private static long size(String head) throws IOException {
    String[] words = head.split(" ");
    try {
      return Long.parseLong(words[words.length - 1]);
    } catch (NumberFormatException e) {
      throw new IOException("git: " + head, e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = answers.read(); c != '\n'; c = answers.read()) {
      if (c < 0) {
        throw new EOFException("git ended");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    asked.close();
    answers.close();
    process.destroy();
  }
}
