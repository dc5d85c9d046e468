package io.meshguard.rule;

import java.util.List;

/**
 * A text before it is put into a language: a key of a message bundle and its arguments.
 *
 * @param bundle base name of the resource bundle
 * @param key key in the bundle
 * @param arguments values for the pattern; a {@link String} may come from a user and is cut and
 *     escaped when shown, {@link Verbatim} and numbers are not, and a message is put into the same
 *     language
 */
public record Message(String bundle, String key, List<Object> arguments) {

  public Message {
    arguments = List.copyOf(arguments);
  }

  /** Text of our own, or already made safe, that is shown whole. */
  public record Verbatim(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** Marks text as our own, to be shown whole. */
  public static Verbatim verbatim(String text) {
    return new Verbatim(text);
  }
}
