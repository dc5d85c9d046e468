package io.meshguard.match;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/** A test of one value, which may be absent. Only {@link OrEmpty} accepts an absent value. */
public sealed interface ValueMatch {

  /** The value equals the text; the empty text is a text like any other. */
  record Exact(String text, boolean ignoreCase) implements ValueMatch {
    public Exact {
      Objects.requireNonNull(text);
    }
  }

  /** The value begins with the text. */
  record Prefix(String text, boolean ignoreCase) implements ValueMatch {
    public Prefix {
      Objects.requireNonNull(text);
    }
  }

  /** The whole value is in the language of a pattern in RE2 syntax. */
  record Regex(String pattern) implements ValueMatch {
    public Regex {
      Objects.requireNonNull(pattern);
    }
  }

  /** There is a value, of whatever text. */
  record Present() implements ValueMatch {}

  /** The value is one of several texts. Its hash is kept: thousands of matches may share it. */
  final class OneOf implements ValueMatch {
    private final Set<String> texts;
    private final int hash;

    public OneOf(Set<String> texts) {
      this.texts = Collections.unmodifiableSet(new LinkedHashSet<>(texts));
      this.hash = this.texts.hashCode();
    }

    /** Returns the texts, in the order in which they were given. */
    public Set<String> texts() {
      return texts;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OneOf that && hash == that.hash && texts.equals(that.texts);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      return "OneOf" + texts;
    }
  }

  /** Like the inner test, where an absent value counts as the empty text. */
  record OrEmpty(ValueMatch inner) implements ValueMatch {
    public OrEmpty {
      Objects.requireNonNull(inner);
    }
  }

  /** A test that is known by its name only; two with the same name are the same test. */
  record Opaque(String name) implements ValueMatch {
    public Opaque {
      Objects.requireNonNull(name);
    }
  }

  /** Returns the test of equality with a text. */
  static ValueMatch exact(String text) {
    return new Exact(text, false);
  }

  /** Returns the test of a leading text. */
  static ValueMatch prefix(String text) {
    return new Prefix(text, false);
  }

  /** Returns the test of the whole value against a pattern in RE2 syntax. */
  static ValueMatch regex(String pattern) {
    return new Regex(pattern);
  }

  /** Returns the test that there is a value. */
  static ValueMatch present() {
    return new Present();
  }
}
