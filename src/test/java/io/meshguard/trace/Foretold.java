package io.meshguard.trace;

import io.meshguard.change.Change;
import io.meshguard.change.Change.Where;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Outcome;
import io.meshguard.change.Share;
import io.meshguard.dataplane.Header;
import io.meshguard.match.Request;
import io.meshguard.route.Domains;
import io.meshguard.trace.Question.Caller;
import io.meshguard.trace.Question.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a comparison says about requests, and whether that is what was seen. */
final class Foretold {
  private static final int PLACES = 3;

  private final ChangeReport report;

  Foretold(ChangeReport report) {
    this.report = report;
  }

  ChangeReport report() {
    return report;
  }

  /** A request of a class, and the class. */
  record Shown(Question question, Change change) {}

  /**
   * Returns a request for each place of each class that certainly has some.
   *
   * @param asked at whom requests can be sent
   */
  List<Shown> witnesses(Set<Caller> asked) {
    List<Shown> all = new ArrayList<>();
    for (Change change : report.changes()) {
      if (change.certain() && !change.isLimitsOnly() && change.request().isPresent()) {
        Request request = change.request().get();
        for (int i = 0; i < Math.min(PLACES, change.where().size()); i++) {
          Where where = change.where().get(i);
          String authority = i == 0 ? request.authority() : where.domains().get(0);
          Caller caller = caller(where);
          if (asked.contains(caller) && !authority.startsWith("*")) {
            all.add(new Shown(question(change, request, where.port(), caller, authority), change));
          }
        }
      }
    }
    return all;
  }

  private static Caller caller(Where where) {
    int slash = where.proxy().indexOf('/');
    return new Caller(
        where.proxy().substring(0, slash), where.proxy().substring(slash + 1), where.gateway());
  }

  private static Question question(
      Change change, Request request, int port, Caller from, String authority) {
    String query =
        request.query().entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining("&"));
    List<Header> headers = new ArrayList<>();
    request
        .headers()
        .forEach((name, values) -> values.forEach(value -> headers.add(new Header(name, value))));
    boolean tls = change.protocol() == Change.Protocol.HTTPS;
    String host = Domains.host(authority);
    return new Question(
        0,
        from,
        host,
        port,
        tls ? Transport.TLS : Transport.HTTP,
        "HTTP/1.1",
        request.method(),
        request.path() + (query.isEmpty() ? "" : "?" + query),
        authority,
        headers,
        tls ? host : "");
  }

  /** Returns whether a class is reported that makes of a request what was seen. */
  boolean tells(Question question, ObservedRequest before, ObservedRequest after) {
    return report.changes().stream()
        .filter(change -> change.where().stream().anyMatch(where -> isAt(change, where, question)))
        .anyMatch(change -> agrees(change.before(), before) && agrees(change.after(), after));
  }

  /** Sidecars that are alike are reported as one of them. */
  private static boolean isAt(Change change, Where where, Question question) {
    Caller caller = caller(where);
    boolean same =
        where.gateway()
            ? caller.equals(question.from())
            : !question.from().gateway() && caller.namespace().equals(question.from().namespace());
    return same
        && where.port() == question.port()
        && (change.protocol() == Change.Protocol.TCP
            || where.domains().stream()
                .anyMatch(domain -> takes(domain, Domains.host(question.authority()))));
  }

  private static boolean takes(String domain, String host) {
    return Domains.takes(Domains.host(domain), host);
  }

  /** Returns whether a proxy did with a request what a class says. */
  static boolean agrees(Outcome outcome, ObservedRequest seen) {
    return switch (outcome.kind()) {
      case FORWARD -> outcome.shares().stream().anyMatch(share -> agrees(share, seen));
      case REDIRECT ->
          seen.status() == outcome.status() && !seen.response().header("location").isEmpty();
      case TO_HTTPS -> seen.status() == 301;
      case ANSWER -> seen.status() == outcome.status() && seen.flags().equals("-");
      case FAULT -> seen.status() == outcome.status() && seen.flags().equals("FI");
      case PASS -> seen.cluster().equals("PassthroughCluster");
      case NO_ROUTE -> seen.status() == 404 && seen.flags().equals("NR");
      case BLOCKED -> seen.status() == 502 || seen.cluster().equals("BlackHoleCluster");
      case NO_LISTENER, REFUSED -> seen.status() == 0 && seen.server().isEmpty();
    };
  }

  private static boolean agrees(Share share, ObservedRequest seen) {
    String cluster = share.cluster().toString();
    return switch (share.state()) {
      case USABLE -> cluster.equals(seen.cluster()) && !seen.flags().contains("UH");
      case EMPTY -> cluster.equals(seen.cluster()) && seen.flags().contains("UH");
      case MISSING ->
          seen.flags().contains("NC") || (seen.status() == 0 && seen.server().isEmpty());
    };
  }

  /** Returns whether it is left to chance, or to what a proxy does not log, what is seen. */
  static boolean isHidden(Change change) {
    Outcome before = change.before();
    Outcome after = change.after();
    if (isMissing(before) && isMissing(after)) {
      // The log does not tell of which cluster there is none.
      return true;
    }
    boolean chance = before.shares().size() > 1 || after.shares().size() > 1;
    return chance
        || (before.rewrite().equals(after.rewrite()) && visible(before).equals(visible(after)));
  }

  private static boolean isMissing(Outcome outcome) {
    return !outcome.shares().isEmpty()
        && outcome.shares().stream().allMatch(share -> share.state() == Share.State.MISSING);
  }

  private static Map<String, Object> visible(Outcome outcome) {
    Map<String, Object> all = new HashMap<>();
    all.put("kind", outcome.kind());
    all.put("status", outcome.status());
    all.put("redirect", outcome.redirect());
    all.put("prefix", outcome.prefix());
    all.put(
        "shares",
        outcome.shares().stream().map(share -> share.cluster() + " " + share.state()).toList());
    return all;
  }

  /** Returns what can be compared of what became of a request. */
  static List<String> look(ObservedRequest seen) {
    Optional<String> host = Optional.of(seen.header("host")).filter(name -> !name.isEmpty());
    return List.of(
        seen.server().isPresent() ? "answered" : Integer.toString(seen.status()),
        seen.flags(),
        // Of a request that is aborted, the cluster that it does not reach is logged.
        seen.flags().equals("FI") ? "" : seen.cluster(),
        seen.response().header("location"),
        seen.path(),
        host.orElse(seen.header(":authority")));
  }
}
