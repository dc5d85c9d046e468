package io.meshguard.match;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link ValueMatch} made ready for computation. Equal tests of one table share one atom. */
abstract class Atom {

  /** Returns whether {@link #accepts} knows the answer. */
  boolean decidable() {
    return true;
  }

  /** Returns whether the value, null for an absent one, passes. */
  abstract boolean accepts(@Nullable String value);

  /**
   * Returns whether a request passes that has these values of the property: whether one of them
   * does, or, where there are none, whether an absent value does.
   */
  final boolean passes(List<String> values) {
    if (values.isEmpty()) {
      return accepts(null);
    }
    for (String value : values) {
      if (accepts(value)) {
        return true;
      }
    }
    return false;
  }

  /** Returns all texts that pass, or null where they are not a short list. */
  @Nullable Collection<String> texts() {
    return null;
  }

  /** Returns an automaton for the texts that pass, or null where there is none. */
  abstract @Nullable Runner runner();

  /** Returns a readable text, as near to what the user wrote as can be, that may pass, or null. */
  @Nullable String hint() {
    return null;
  }

  /** Returns whether the test is a pattern; those go through automata only. */
  boolean isPattern() {
    return false;
  }

  /** Returns the text such that exactly the values that begin with it pass, or null. */
  @Nullable String plainPrefix() {
    return null;
  }

  /** Returns whether every text that begins with the given one passes; false where not known. */
  boolean acceptsAllFrom(String start) {
    return false;
  }

  /** Passes every text, but not an absent value. */
  static final class AnyText extends Atom {
    @Override
    boolean accepts(@Nullable String value) {
      return value != null;
    }

    @Override
    Runner runner() {
      return TextRunner.ANY;
    }

    @Override
    String plainPrefix() {
      return "";
    }

    @Override
    boolean acceptsAllFrom(String start) {
      return true;
    }
  }

  /** Passes a list of names. */
  static final class Choice extends Atom {
    private final Collection<String> names;

    Choice(Collection<String> names) {
      this.names = names;
    }

    @Override
    boolean accepts(@Nullable String value) {
      return value != null && names.contains(value);
    }

    @Override
    Collection<String> texts() {
      return names;
    }

    @Override
    @Nullable Runner runner() {
      return null;
    }
  }

  /** Passes what the inner test passes, with an absent value as the empty text. */
  static final class OrEmpty extends Atom {
    private final Atom inner;

    OrEmpty(Atom inner) {
      this.inner = inner;
    }

    @Override
    boolean decidable() {
      return inner.decidable();
    }

    @Override
    boolean accepts(@Nullable String value) {
      return inner.accepts(value == null ? "" : value);
    }

    @Override
    @Nullable Collection<String> texts() {
      return inner.texts();
    }

    @Override
    @Nullable Runner runner() {
      return inner.runner();
    }

    @Override
    @Nullable String hint() {
      return inner.hint();
    }

    @Override
    boolean isPattern() {
      return inner.isPattern();
    }

    @Override
    @Nullable String plainPrefix() {
      return inner.plainPrefix();
    }

    @Override
    boolean acceptsAllFrom(String start) {
      return inner.acceptsAllFrom(start);
    }
  }

  /** Known by name only. */
  static final class Undecidable extends Atom {
    @Override
    boolean decidable() {
      return false;
    }

    @Override
    boolean accepts(@Nullable String value) {
      throw new IllegalStateException("not decidable");
    }

    @Override
    @Nullable Runner runner() {
      return null;
    }
  }

  /** Passes one text, or all texts that begin with it; maybe without regard to ASCII case. */
  static final class Text extends Atom {
    private final String text;
    private final boolean prefix;
    private final boolean ignoreCase;

    Text(String text, boolean prefix, boolean ignoreCase) {
      this.text = text;
      this.prefix = prefix;
      this.ignoreCase = ignoreCase && !text.equals(TextRunner.swapCase(text));
    }

    @Override
    boolean accepts(@Nullable String value) {
      if (value == null || value.length() < text.length()) {
        return false;
      }
      if (!prefix && value.length() != text.length()) {
        return false;
      }
      return ignoreCase ? TextRunner.startsWithFolded(value, text) : value.startsWith(text);
    }

    @Override
    @Nullable Collection<String> texts() {
      return prefix || ignoreCase ? null : List.of(text);
    }

    @Override
    Runner runner() {
      return new TextRunner(text, prefix, ignoreCase);
    }

    @Override
    String hint() {
      return text;
    }

    @Override
    @Nullable String plainPrefix() {
      return prefix && !ignoreCase ? text : null;
    }

    @Override
    boolean acceptsAllFrom(String start) {
      return prefix && accepts(start);
    }
  }
}
