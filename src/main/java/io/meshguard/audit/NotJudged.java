package io.meshguard.audit;

import io.meshguard.resource.Resource;

/**
 * A stored object that rules said nothing of, or not all that there is to say.
 *
 * @param object the object; of one that could not be read its metadata alone
 * @param cause why, by groups that metrics count
 * @param reason why, in words that follow "not judged: "
 */
public record NotJudged(Resource object, Cause cause, String reason) {

  /** Why an object was not judged. */
  public enum Cause {
    /** It has too much of something to be read. */
    UNREADABLE("unreadable"),
    /** Judging it took too long, or would have. */
    TIME("time"),
    /** Meshguard failed. */
    ERROR("error");

    private final String text;

    Cause(String text) {
      this.text = text;
    }

    /** Returns the value of the label of metrics. */
    public String text() {
      return text;
    }
  }
}
