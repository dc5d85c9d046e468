package io.meshguard.rules.tracing;

import io.meshguard.deadline.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request headers that the Lua code of a filter takes away from every request, or gives a fixed
 * value: calls of {@code remove} and {@code replace} on the headers of {@code envoy_on_request}
 * itself, outside of any condition. Of anything else it is not known what it does.
 */
final class LuaHeaders {

  /** Longer code is not a filter that somebody wrote by hand. */
  private static final int LONGEST_CODE = 200_000;

  private static final String REQUEST = "envoy_on_request";
  private static final Set<String> OPENING = Set.of("function", "if", "do", "repeat");
  private static final Set<String> CLOSING = Set.of("end", "until");

  private final List<Token> tokens;
  private final Map<String, List<String>> names = new HashMap<>();
  private final Set<String> headerObjects = new HashSet<>();
  private final Set<String> removed = new LinkedHashSet<>();
  private final Set<String> overwritten = new LinkedHashSet<>();
  private final Set<String> computed = new HashSet<>();
  private String handle = "";

  /** Reads the code of a filter. */
  LuaHeaders(String code) {
    this.tokens = code.length() > LONGEST_CODE ? List.of() : new Lexer(code).tokens();
    learnNames();
    int body = findBody();
    if (body >= 0) {
      readBody(body);
    }
    removed.removeAll(computed);
    overwritten.removeAll(computed);
  }

  /** Returns the headers that are removed, in order. */
  Set<String> removed() {
    return removed;
  }

  /** Returns the headers that get a fixed value, in order. */
  Set<String> overwritten() {
    return overwritten;
  }

  /** A piece of code; a string has its value without quotes. */
  private record Token(String text, boolean isString) {}

  /** Notes names that stand for one literal, for a table of literals, or for an unknown. */
  private void learnNames() {
    Set<String> twice = new HashSet<>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Deadline.check();
      if (!is(i + 1, "=") || tokens.get(i).isString()) {
        continue;
      }
      String name = tokens.get(i).text();
      List<String> values = literals(i + 2);
      boolean known = !values.isEmpty() && !isJoined(i + 2);
      if (names.containsKey(name) || !known) {
        twice.add(name);
      }
      names.put(name, values);
    }
    twice.forEach(names::remove);
  }

  private boolean isJoined(int at) {
    return at < tokens.size() && tokens.get(at).isString() && is(at + 1, "..");
  }

  /** Returns the literal at a place, or those of the table there; empty for anything else. */
  private List<String> literals(int at) {
    if (at < tokens.size() && tokens.get(at).isString()) {
      return List.of(tokens.get(at).text());
    }
    List<String> values = new ArrayList<>();
    if (!is(at, "{")) {
      return values;
    }
    int i = at + 1;
    while (i < tokens.size() && !is(i, "}")) {
      if (!tokens.get(i).isString()) {
        return List.of();
      }
      values.add(tokens.get(i).text());
      i += is(i + 1, ",") ? 2 : 1;
    }
    return values;
  }

  /** Returns where the body of the function for requests begins; -1 where there is none. */
  private int findBody() {
    for (int i = 0; i + 3 < tokens.size(); i++) {
      boolean named = is(i, "function") && is(i + 1, REQUEST) && is(i + 2, "(");
      boolean assigned =
          is(i, REQUEST) && is(i + 1, "=") && is(i + 2, "function") && is(i + 3, "(");
      int open = named ? i + 2 : i + 3;
      if ((named || assigned) && is(open + 2, ")")) {
        handle = tokens.get(open + 1).text();
        return open + 3;
      }
    }
    return -1;
  }

  private void readBody(int from) {
    int depth = 1;
    int condition = 0;
    List<Boolean> blocks = new ArrayList<>();
    for (int i = from; i < tokens.size() && depth > 0; i++) {
      Deadline.check();
      Token token = tokens.get(i);
      if (token.isString()) {
        continue;
      }
      if (OPENING.contains(token.text())) {
        boolean mayNotRun = token.text().equals("if") || token.text().equals("function");
        blocks.add(mayNotRun);
        condition += mayNotRun ? 1 : 0;
        depth++;
      } else if (CLOSING.contains(token.text())) {
        depth--;
        if (!blocks.isEmpty()) {
          condition -= blocks.remove(blocks.size() - 1) ? 1 : 0;
        }
      } else if (token.text().equals("=") && isHeaders(i + 1) && !is(i + 5, ":")) {
        headerObjects.add(tokens.get(i - 1).text());
      } else if (token.text().equals(":") && is(i + 2, "(") && isReceiver(i)) {
        call(tokens.get(i + 1).text(), i + 3, condition > 0);
      } else if (token.text().equals("for")) {
        learnLoop(i);
      }
    }
  }

  /** In {@code for _, name in ipairs({...})} the second name stands for each element. */
  private void learnLoop(int at) {
    if (!is(at + 2, ",") || !is(at + 4, "in") || !is(at + 5, "ipairs") || !is(at + 6, "(")) {
      return;
    }
    List<String> elements = literals(at + 7);
    if (elements.isEmpty() && at + 7 < tokens.size()) {
      elements = names.getOrDefault(tokens.get(at + 7).text(), List.of());
    }
    names.put(tokens.get(at + 3).text(), elements);
  }

  /** Returns whether {@code handle:headers()} stands at a place. */
  private boolean isHeaders(int at) {
    return is(at, handle)
        && is(at + 1, ":")
        && is(at + 2, "headers")
        && is(at + 3, "(")
        && is(at + 4, ")");
  }

  private boolean isReceiver(int colon) {
    return (colon >= 5 && isHeaders(colon - 5))
        || (colon >= 1
            && headerObjects.contains(tokens.get(colon - 1).text())
            && !is(colon - 2, "."));
  }

  private void call(String method, int at, boolean mayNotRun) {
    List<String> headers = argument(at);
    boolean removes = method.equals("remove") && is(at + 1, ")");
    boolean replaces = (method.equals("replace") || method.equals("add")) && is(at + 1, ",");
    if (headers.isEmpty() || !(removes || replaces)) {
      return;
    }
    Set<String> lower = new LinkedHashSet<>();
    headers.forEach(header -> lower.add(header.toLowerCase(Locale.ROOT)));
    if (replaces && !isFixed(at + 2)) {
      computed.addAll(lower);
    } else if (!mayNotRun && removes) {
      removed.addAll(lower);
    } else if (!mayNotRun && method.equals("replace")) {
      overwritten.addAll(lower);
    }
  }

  private List<String> argument(int at) {
    if (at >= tokens.size()) {
      return List.of();
    }
    Token token = tokens.get(at);
    return token.isString() ? List.of(token.text()) : names.getOrDefault(token.text(), List.of());
  }

  /** Returns whether an argument is made of literals alone. */
  private boolean isFixed(int from) {
    int i = from;
    while (i < tokens.size() && !is(i, ")")) {
      if (!tokens.get(i).isString() && !is(i, "..")) {
        return false;
      }
      i++;
    }
    return i > from;
  }

  private boolean is(int at, String text) {
    return at >= 0
        && at < tokens.size()
        && !tokens.get(at).isString()
        && tokens.get(at).text().equals(text);
  }

  /** Takes Lua code apart; comments are left out. */
  private static final class Lexer {
    private final String code;
    private int at;

    Lexer(String code) {
      this.code = code;
    }

    List<Token> tokens() {
      List<Token> tokens = new ArrayList<>();
      while (at < code.length()) {
        Deadline.check();
        char c = code.charAt(at);
        if (code.startsWith("--", at)) {
          at += 2;
          if (longBracket() == null) {
            int end = code.indexOf('\n', at);
            at = end < 0 ? code.length() : end;
          }
        } else if (c == '"' || c == '\'') {
          tokens.add(new Token(quoted(c), true));
        } else if (c == '[' && level() >= 0) {
          String text = longBracket();
          tokens.add(new Token(text == null ? "" : text, true));
        } else if (isWord(c)) {
          int start = at;
          while (at < code.length() && isWord(code.charAt(at))) {
            at++;
          }
          tokens.add(new Token(code.substring(start, at), false));
        } else if (code.startsWith("..", at)) {
          tokens.add(new Token("..", false));
          at += code.startsWith("...", at) ? 3 : 2;
        } else if (code.startsWith("==", at) || code.startsWith("~=", at)) {
          tokens.add(new Token(code.substring(at, at + 2), false));
          at += 2;
        } else {
          if (c > ' ') {
            tokens.add(new Token(String.valueOf(c), false));
          }
          at++;
        }
      }
      return tokens;
    }

    /** Returns the number of equals signs of a long bracket that opens here; -1 for none. */
    private int level() {
      int i = at + 1;
      while (i < code.length() && code.charAt(i) == '=') {
        i++;
      }
      return i < code.length() && code.charAt(i) == '[' ? i - at - 1 : -1;
    }

    /** Passes over a long bracket and returns what it holds; null where none opens here. */
    private @Nullable String longBracket() {
      if (at >= code.length() || code.charAt(at) != '[' || level() < 0) {
        return null;
      }
      int level = level();
      int start = at + level + 2;
      String close = "]" + "=".repeat(level) + "]";
      int end = code.indexOf(close, start);
      at = end < 0 ? code.length() : end + close.length();
      return code.substring(start, end < 0 ? code.length() : end);
    }

    private String quoted(char quote) {
      StringBuilder text = new StringBuilder();
      at++;
      while (at < code.length() && code.charAt(at) != quote && code.charAt(at) != '\n') {
        if (code.charAt(at) == '\\' && at + 1 < code.length()) {
          at++;
        }
        text.append(code.charAt(at));
        at++;
      }
      at++;
      return text.toString();
    }

    private static boolean isWord(char c) {
      return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
  }
}
