package io.meshguard.yaml;

import java.io.Reader;

/**
 * Hands out a text without ever parting a character beyond 16 bits. The YAML parser fails where one
 * of its buffers ends within such a character (snakeyaml-engine 2.10, {@code StreamReader.update}).
 */
final class WholeCharacters extends Reader {

  private final String text;
  private int at;

  WholeCharacters(String text) {
    this.text = text;
  }

  @Override
  public int read(char[] buffer, int offset, int length) {
    if (at >= text.length()) {
      return -1;
    }
    int end = Math.min(text.length(), at + length);
    boolean parted = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
    if (parted && end - at > 1) {
      end--;
    }
    text.getChars(at, end, buffer, offset);
    int count = end - at;
    at = end;
    return count;
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
