package io.meshguard.rules.startup;

import io.meshguard.process.CommandLine;
import io.meshguard.resource.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A call that a command line makes over the network to a host that is written in it.
 *
 * @param host the host, as it is written
 * @param speaks whether more than a connection is wanted: what only connects is content with any
 *     server that accepts
 * @param at where the command stands
 */
record NetworkCall(String host, boolean speaks, Cursor at) {

  private static final Set<String> CONNECTING = Set.of("nc", "ncat", "netcat", "telnet");

  private static final Set<String> WAITING =
      Set.of("wait-for-it.sh", "wait-for-it", "wait-for", "wait-for.sh", "dockerize");

  private static final Set<String> WITH_URL =
      Set.of("curl", "wget", "grpcurl", "grpc_health_probe", "grpc-health-probe", "mongosh");

  private static final Set<String> WITH_HOST =
      Set.of("psql", "pg_isready", "mysql", "mysqladmin", "mariadb", "redis-cli");

  private static final String HOST = "--host";

  /** Returns the call of a command line; empty where it makes none, or to a host not known. */
  static Optional<NetworkCall> of(CommandLine line) {
    String program = line.program();
    Optional<String> host = Optional.empty();
    boolean speaks = false;
    if (CONNECTING.contains(program)) {
      host = beforePort(line.words());
    } else if (WAITING.contains(program)) {
      host = address(line.words());
    } else if (WITH_URL.contains(program)) {
      host = address(line.words());
      speaks = true;
    } else if (WITH_HOST.contains(program)) {
      host = option(line.words()).or(() -> address(line.words()));
      speaks = true;
    }
    boolean talks = speaks;
    return host.filter(NetworkCall::isElsewhere)
        .map(found -> new NetworkCall(found, talks, line.at()));
  }

  /** The last two words of {@code nc} are host and port; nothing redirects UDP. */
  private static Optional<String> beforePort(List<String> words) {
    int last = words.size() - 1;
    boolean other =
        words.stream()
            .anyMatch(
                word ->
                    word.startsWith("-")
                        && !word.startsWith("--")
                        && (word.indexOf('u') > 0 || word.indexOf('l') > 0));
    return last >= 2 && !other && isPort(words.get(last)) && !words.get(last - 1).startsWith("-")
        ? Optional.of(words.get(last - 1))
        : Optional.empty();
  }

  /** Returns the host of the first URL, or of the first word of the form host:port. */
  private static Optional<String> address(List<String> words) {
    for (String word : words.subList(1, words.size())) {
      String value = word.startsWith("-") ? word.substring(word.indexOf('=') + 1) : word;
      int scheme = value.indexOf("://");
      if (scheme > 0) {
        String authority = value.substring(scheme + "://".length());
        int end = 0;
        while (end < authority.length() && "/?#".indexOf(authority.charAt(end)) < 0) {
          end++;
        }
        String server = authority.substring(authority.lastIndexOf('@', end) + 1, end);
        return Optional.of(withoutPort(server));
      }
      int colon = value.indexOf(':');
      if (colon > 0 && isPort(value.substring(colon + 1))) {
        return Optional.of(value.substring(0, colon));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> option(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith(HOST + "=")) {
        return Optional.of(word.substring(HOST.length() + 1));
      }
      boolean next = word.equals("-h") || word.equals(HOST);
      if (next && i + 1 < words.size()) {
        return Optional.of(words.get(i + 1));
      }
    }
    return Optional.empty();
  }

  private static String withoutPort(String server) {
    int colon = server.indexOf(':');
    return colon < 0 ? server : server.substring(0, colon);
  }

  private static boolean isPort(String word) {
    return !word.isEmpty()
        && word.length() <= "65535".length()
        && word.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A name or an address as it is, and not the Pod itself, its node or a socket. */
  private static boolean isElsewhere(String host) {
    return !host.isEmpty()
        && host.chars().allMatch(c -> c == '.' || c == '-' || Character.isLetterOrDigit(c))
        && !host.equals("localhost")
        && !host.startsWith("127.")
        && !host.startsWith("169.254.")
        && !host.equals("0.0.0.0");
  }
}
