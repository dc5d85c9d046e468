package io.meshguard.change;

import java.util.List;

/**
 * What a change of objects does to requests.
 *
 * @param changes what becomes of other requests than before, errors first
 * @param vanished proxies that there were and are not any more
 * @param appeared proxies that there were not
 * @param open what could not be compared, each once
 * @param objects how many objects are not the same
 * @param compared how many tables were compared
 */
public record ChangeReport(
    List<Change> changes,
    List<String> vanished,
    List<String> appeared,
    List<Open> open,
    int objects,
    int compared) {

  /**
   * Something that could not be compared.
   *
   * @param reason why
   * @param about what it is about
   */
  public record Open(Reason reason, String about) {}

  /** Why something could not be compared. */
  public enum Reason {
    /** It is too much work. */
    WORK,
    /** There is no name in a class of hosts that could be tried. */
    NO_NAME,
    /** The kind of the object is not compared. */
    KIND,
    /** It depends on what the objects do not tell. */
    UNKNOWN,
    /** Something changes the tables in a way that is not computed. */
    DOUBT
  }

  /** Copies the lists. */
  public ChangeReport {
    changes = List.copyOf(changes);
    vanished = List.copyOf(vanished);
    appeared = List.copyOf(appeared);
    open = List.copyOf(open);
  }

  /** Returns whether it is proved that nothing becomes of any request but what became of it. */
  public boolean isProof() {
    return changes.isEmpty() && vanished.isEmpty() && appeared.isEmpty() && open.isEmpty();
  }
}
