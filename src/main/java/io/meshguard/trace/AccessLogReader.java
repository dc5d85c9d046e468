package io.meshguard.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.resource.JsonReader;
import io.meshguard.trace.AccessLogException.Expected;
import io.meshguard.trace.AccessLogLine.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one line, in one pass: what clients send stands in it as they sent it, quotes included. The
 * user agent may hold anything, so what is behind it is read from the end of the line.
 *
 * <p>Text formats: istio pilot/pkg/model/telemetry_logging.go {@code EnvoyTextLogFormat} @1.30.3
 * (before 1.9 with the status of Mixer in quotes in place of details), envoy
 * source/common/formatter/substitution_formatter.h {@code DEFAULT_FORMAT} @1.40.
 */
final class AccessLogReader {

  private static final int LONGEST = 1 << 20;

  /** Of what is sent in one connection, in bytes. */
  private static final int MOST_DIGITS = 18;

  private static final int STATUS_DIGITS = 3;
  private static final int MOST_NODES = 1_000;
  private static final int MOST_DEPTH = 10;
  private static final String NONE = "-";
  private static final String BETWEEN = "\" \"";
  private static final Set<String> PROTOCOLS =
      Set.of("HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3", NONE);

  /** What containers' logs have between the time and the line. */
  private static final List<String> STREAMS =
      List.of("stdout F ", "stderr F ", "stdout P ", "stderr P ");

  /** Keys under which collectors of logs keep the line. */
  private static final List<String> WRAPPERS = List.of("log", "message", "msg");

  private final Map<AccessLogField, String> fields = new EnumMap<>(AccessLogField.class);
  private final String line;
  private final boolean mayBeWrapped;
  private Optional<String> pod = Optional.empty();
  private int at;

  AccessLogReader(String line) {
    this(line, true);
  }

  private AccessLogReader(String line, boolean mayBeWrapped) {
    this.line = line.stripTrailing();
    this.mayBeWrapped = mayBeWrapped;
  }

  AccessLogLine read() throws AccessLogException {
    if (line.isBlank()) {
      throw AccessLogLine.unexpected(Expected.LINE, 0);
    }
    if (line.length() > LONGEST) {
      throw AccessLogLine.unexpected(Expected.SHORTER_LINE, LONGEST);
    }
    prefix();
    if (at < line.length() && line.charAt(at) == '{') {
      return json();
    }
    Format format = text();
    return new AccessLogLine(format, pod, fields);
  }

  /** Steps over what kubectl and container runtimes put before a line, in any order. */
  private void prefix() {
    int before;
    do {
      before = at;
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
      podName();
      timestamp();
    } while (at > before);
  }

  private void podName() {
    if (!line.startsWith("[pod/", at)) {
      return;
    }
    int end = line.indexOf("] ", at);
    if (end < 0) {
      return;
    }
    String name = line.substring(at + "[pod/".length(), end);
    int slash = name.indexOf('/');
    pod = Optional.of(slash < 0 ? name : name.substring(0, slash));
    at = end + 2;
  }

  private void timestamp() {
    int end = line.indexOf(' ', at);
    if (end < 0 || !isTime(line.substring(at, end))) {
      return;
    }
    at = end + 1;
    for (String stream : STREAMS) {
      if (line.startsWith(stream, at)) {
        at += stream.length();
        return;
      }
    }
  }

  /** Returns whether a word looks like {@code 2026-01-31T12:00:00Z}. */
  private static boolean isTime(String word) {
    return word.length() >= "2026-01-31T12:00:00Z".length()
        && word.length() <= "2026-01-31T12:00:00.123456789+08:00".length()
        && word.charAt(10) == 'T'
        && word.charAt(4) == '-'
        && word.charAt(13) == ':'
        && Character.isDigit(word.charAt(0));
  }

  private Format text() throws AccessLogException {
    startTime();
    request();
    if (!isStatus(wordAt(at))) {
      throw AccessLogLine.unexpected(Expected.STATUS, at);
    }
    token(AccessLogField.RESPONSE_CODE, Expected.STATUS, true);
    token(AccessLogField.RESPONSE_FLAGS, Expected.FLAGS, false);
    Format format = isNumber(wordAt(at)) ? Format.ENVOY_TEXT : Format.ISTIO_TEXT;
    if (format == Format.ISTIO_TEXT) {
      details();
    }
    token(AccessLogField.BYTES_RECEIVED, Expected.NUMBERS, true);
    token(AccessLogField.BYTES_SENT, Expected.NUMBERS, true);
    token(AccessLogField.DURATION, Expected.NUMBERS, true);
    token(AccessLogField.UPSTREAM_SERVICE_TIME, Expected.NUMBERS, false);
    expectQuote(Expected.FORWARDED);
    int end = line.indexOf(BETWEEN, at);
    if (end < 0) {
      throw AccessLogLine.unexpected(Expected.FORWARDED, line.length());
    }
    put(AccessLogField.X_FORWARDED_FOR, line.substring(at, end));
    at = end + BETWEEN.length();
    fromTheEnd(format);
    return format;
  }

  private void startTime() throws AccessLogException {
    int end = at < line.length() && line.charAt(at) == '[' ? line.indexOf("] ", at) : -1;
    if (end < 0) {
      throw AccessLogLine.unexpected(Expected.START_TIME, at);
    }
    put(AccessLogField.START_TIME, line.substring(at + 1, end));
    at = end + 2;
  }

  /** A path may hold quotes and blanks, so the first protocol with a quote behind it ends it. */
  private void request() throws AccessLogException {
    int begin = at;
    expectQuote(Expected.REQUEST);
    int method = line.indexOf(' ', at);
    int end = method < 0 ? -1 : line.indexOf("\" ", method);
    while (end >= 0) {
      Deadline.check();
      int protocol = line.lastIndexOf(' ', end);
      if (protocol > method && PROTOCOLS.contains(line.substring(protocol + 1, end))) {
        put(AccessLogField.METHOD, line.substring(at, method));
        put(AccessLogField.PATH, line.substring(method + 1, protocol));
        put(AccessLogField.PROTOCOL, line.substring(protocol + 1, end));
        at = end + 2;
        return;
      }
      end = line.indexOf("\" ", end + 1);
    }
    throw AccessLogLine.unexpected(Expected.REQUEST, begin);
  }

  /** Details, the end of the connection, and in quotes why TLS or TCP failed. */
  private void details() throws AccessLogException {
    int quote = line.charAt(Math.min(at, line.length() - 1)) == '"' ? at : line.indexOf(" \"", at);
    if (quote < 0) {
      throw AccessLogLine.unexpected(Expected.DETAILS, at);
    }
    if (quote > at) {
      String both = line.substring(at, quote);
      // Old proxies write blanks into the details, never into the end of the connection.
      int blank = both.lastIndexOf(' ');
      put(AccessLogField.RESPONSE_CODE_DETAILS, blank < 0 ? both : both.substring(0, blank));
      put(
          AccessLogField.CONNECTION_TERMINATION_DETAILS,
          blank < 0 ? NONE : both.substring(blank + 1));
      at = quote + 1;
    }
    expectQuote(Expected.DETAILS);
    String reason = quoted(Expected.DETAILS);
    if (at < line.length() && line.charAt(at) == '"') {
      at++;
      reason = quoted(Expected.DETAILS);
    }
    put(AccessLogField.UPSTREAM_TRANSPORT_FAILURE_REASON, reason);
  }

  /** Reads up to the next quote with a blank behind it. */
  private String quoted(Expected expected) throws AccessLogException {
    int end = line.indexOf("\" ", at);
    if (end < 0) {
      throw AccessLogLine.unexpected(expected, line.length());
    }
    String text = line.substring(at, end);
    at = end + 2;
    return text;
  }

  private void fromTheEnd(Format format) throws AccessLogException {
    int last = line.lastIndexOf('"');
    if (format == Format.ENVOY_TEXT && last != line.length() - 1) {
      throw AccessLogLine.unexpected(Expected.END, Math.max(last + 1, at));
    }
    int end = last;
    for (AccessLogField field :
        List.of(
            AccessLogField.UPSTREAM_HOST, AccessLogField.AUTHORITY, AccessLogField.REQUEST_ID)) {
      int begin = line.lastIndexOf(BETWEEN, end - BETWEEN.length());
      if (begin < at) {
        throw AccessLogLine.unexpected(Expected.QUOTED, Math.max(end, at));
      }
      put(field, line.substring(begin + BETWEEN.length(), end));
      end = begin;
    }
    put(AccessLogField.USER_AGENT, line.substring(at, end));
    at = last + 1;
    if (format == Format.ISTIO_TEXT) {
      tail();
    }
  }

  private void tail() throws AccessLogException {
    for (AccessLogField field :
        List.of(
            AccessLogField.UPSTREAM_CLUSTER,
            AccessLogField.UPSTREAM_LOCAL_ADDRESS,
            AccessLogField.DOWNSTREAM_LOCAL_ADDRESS,
            AccessLogField.DOWNSTREAM_REMOTE_ADDRESS,
            AccessLogField.REQUESTED_SERVER_NAME)) {
      if (at >= line.length() || line.charAt(at) != ' ') {
        throw AccessLogLine.unexpected(Expected.TAIL, at);
      }
      at++;
      String word = wordAt(at);
      if (word.isEmpty()) {
        throw AccessLogLine.unexpected(Expected.TAIL, at);
      }
      put(field, word);
      at += word.length();
    }
    if (at + 1 >= line.length()) {
      throw AccessLogLine.unexpected(Expected.TAIL, line.length());
    }
    // The name of a route is what its author wrote, blanks included.
    put(AccessLogField.ROUTE_NAME, line.substring(at + 1));
  }

  private AccessLogLine json() throws AccessLogException {
    JsonNode tree = tree();
    boolean known = false;
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      Optional<AccessLogField> field = AccessLogField.of(entry.getKey());
      if (field.isPresent() && entry.getValue().isValueNode() && !entry.getValue().isNull()) {
        put(field.get(), entry.getValue().asText());
        known |= field.get() == AccessLogField.RESPONSE_CODE;
        known |= field.get() == AccessLogField.RESPONSE_FLAGS;
      }
    }
    if (!known) {
      return wrapped(tree);
    }
    Optional<String> status = Optional.ofNullable(fields.get(AccessLogField.RESPONSE_CODE));
    if (status.isPresent() && !isStatus(status.get())) {
      throw AccessLogLine.unexpected(Expected.STATUS, at);
    }
    return new AccessLogLine(Format.JSON, pod, fields);
  }

  /** A collector of logs may have put the line into JSON of its own; once, not again and again. */
  private AccessLogLine wrapped(JsonNode tree) throws AccessLogException {
    for (String key : WRAPPERS) {
      if (mayBeWrapped && tree.path(key).isTextual()) {
        AccessLogLine inner = new AccessLogReader(tree.path(key).asText(), false).read();
        return new AccessLogLine(inner.format(), inner.pod().or(() -> pod), inner.fields());
      }
    }
    throw AccessLogLine.unexpected(Expected.JSON_KEYS, at);
  }

  private JsonNode tree() throws AccessLogException {
    byte[] text = line.substring(at).getBytes(StandardCharsets.UTF_8);
    try {
      return new JsonReader(MOST_NODES, MOST_DEPTH, LONGEST).read(text);
    } catch (JsonProcessingException e) {
      long bytes = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
      int before = (int) Math.max(0, Math.min(bytes, text.length));
      int letters = new String(text, 0, before, StandardCharsets.UTF_8).length();
      throw AccessLogLine.unexpected(Expected.JSON, at + letters);
    } catch (IOException e) {
      throw AccessLogLine.unexpected(Expected.JSON, at);
    }
  }

  private void token(AccessLogField field, Expected expected, boolean isNumber)
      throws AccessLogException {
    String word = wordAt(at);
    int end = at + word.length();
    if (word.isEmpty() || (isNumber && !isNumber(word)) || end >= line.length()) {
      throw AccessLogLine.unexpected(expected, at);
    }
    put(field, word);
    at = end + 1;
  }

  private void expectQuote(Expected expected) throws AccessLogException {
    if (at >= line.length() || line.charAt(at) != '"') {
      throw AccessLogLine.unexpected(expected, at);
    }
    at++;
  }

  private String wordAt(int begin) {
    int from = Math.min(begin, line.length());
    int end = line.indexOf(' ', from);
    return line.substring(from, end < 0 ? line.length() : end);
  }

  private void put(AccessLogField field, String value) {
    if (!value.isEmpty() && !value.equals(NONE)) {
      fields.put(field, value);
    }
  }

  private static boolean isStatus(String word) {
    return isNumber(word) && word.length() <= STATUS_DIGITS;
  }

  private static boolean isNumber(String word) {
    return !word.isEmpty()
        && word.length() <= MOST_DIGITS
        && word.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
