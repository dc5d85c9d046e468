package io.meshguard.match;

import io.meshguard.match.Dimension.Kind;
import java.util.List;

/**
 * The values that a property of a request can have at all.
 *
 * @param alphabet the code points of which values consist
 * @param start the text with which every value begins
 * @param mayBeEmpty whether the empty text is a value
 * @param mayBeAbsent whether a request can lack the property
 * @param mayRepeat whether a request can have several values
 * @param finite all values, where they are few; else empty
 * @param preferred values that read well in a witness, best first
 */
record Domain(
    CharSet alphabet,
    String start,
    boolean mayBeEmpty,
    boolean mayBeAbsent,
    boolean mayRepeat,
    List<String> finite,
    List<String> preferred) {

  private static final CharSet SURROGATES = CharSet.of(0xD800, 0xDFFF);
  private static final CharSet ANY_TEXT = SURROGATES.complement();

  /** Header values: Envoy refuses NUL, CR and LF. */
  private static final CharSet VALUE = ANY_TEXT.minus(CharSet.ofChars("\0\r\n"));

  /** Neither blanks nor control characters survive in a request line. */
  private static final CharSet VISIBLE = ANY_TEXT.minus(CharSet.of(0, ' ', 0x7F, 0x7F));

  private static final CharSet PATH = VISIBLE.minus(CharSet.ofChars("?#"));

  /** RFC 9110, 5.6.2. */
  private static final CharSet TOKEN =
      CharSet.of('0', '9', 'A', 'Z', 'a', 'z').union(CharSet.ofChars("!#$%&'*+-.^_`|~"));

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT");

  static Domain of(Kind kind, String authority) {
    return switch (kind) {
      case PATH -> new Domain(PATH, "/", false, false, false, List.of(), List.of());
      case METHOD -> new Domain(TOKEN, "", false, false, false, List.of(), METHODS);
      case SCHEME -> finite("http", "https");
      case AUTHORITY -> new Domain(VISIBLE, "", false, false, false, List.of(), List.of(authority));
      case HEADER -> new Domain(VALUE, "", true, true, true, List.of(), List.of("x"));
      case QUERY -> new Domain(VALUE, "", true, true, false, List.of(), List.of("x"));
      case SOURCE_LABEL -> new Domain(VALUE, "", true, true, false, List.of(), List.of());
      case PORT -> named(CharSet.of('0', '9'), "80", "8080", "443");
      case SOURCE_NAMESPACE -> named(VISIBLE, "default", "other");
      case GATEWAY -> named(VISIBLE, "mesh", "other");
      case OPAQUE -> new Domain(VALUE, "", true, true, false, List.of(), List.of());
    };
  }

  private static Domain finite(String... values) {
    return new Domain(VISIBLE, "", false, false, false, List.of(values), List.of(values));
  }

  private static Domain named(CharSet alphabet, String... preferred) {
    return new Domain(alphabet, "", false, false, false, List.of(), List.of(preferred));
  }

  boolean contains(String value) {
    if (!finite.isEmpty()) {
      return finite.contains(value);
    }
    if (value.isEmpty()) {
      return mayBeEmpty;
    }
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      if (!alphabet.contains(c)) {
        return false;
      }
      i += Character.charCount(c);
    }
    return value.startsWith(start);
  }
}
