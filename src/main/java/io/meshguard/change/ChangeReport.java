package io.meshguard.change;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
    /** It depends on which of several objects is the oldest. */
    ORDER,
    /** The object is given more than once, and not always the same. */
    TWICE,
    /** The file cannot be read. */
    UNREADABLE,
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

  /** Returns the same with more that could not be compared. */
  public ChangeReport with(Collection<Open> more) {
    Set<Open> all = new LinkedHashSet<>(open);
    all.addAll(more);
    return new ChangeReport(changes, vanished, appeared, List.copyOf(all), objects, compared);
  }

  /** Returns whether anything becomes of some requests that did not, as far as is known. */
  public boolean isEmpty() {
    return changes.isEmpty() && vanished.isEmpty() && appeared.isEmpty();
  }

  /** Returns whether some requests newly end in an error. */
  public boolean breaks() {
    return !vanished.isEmpty() || changes.stream().anyMatch(Change::breaks);
  }

  /** Returns whether it is proved that nothing becomes of any request but what became of it. */
  public boolean isProof() {
    return isEmpty() && open.isEmpty();
  }
}
