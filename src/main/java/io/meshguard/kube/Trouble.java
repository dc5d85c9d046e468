package io.meshguard.kube;

import io.meshguard.rule.SafeText;

/** What went wrong, in one line for the log. */
public final class Trouble {

  /** Longer chains repeat themselves. */
  private static final int MOST_CAUSES = 5;

  private Trouble() {}

  /**
   * Returns class and message of a failure and of what caused it: the message alone is often
   * missing, or says only that an error has occurred.
   */
  public static String of(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable at = failure;
    for (int i = 0; at != null && i < MOST_CAUSES; i++) {
      String line = line(at);
      if (text.indexOf(line) < 0) {
        text.append(i == 0 ? "" : ", because of ").append(line);
      }
      at = at.getCause();
    }
    return SafeText.escape(text.toString());
  }

  private static String line(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
    String name = failure.getClass().getSimpleName();
    return failure.getMessage() == null || message.isEmpty() ? name : name + ": " + message;
  }
}
