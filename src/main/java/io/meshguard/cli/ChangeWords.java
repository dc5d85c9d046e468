package io.meshguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.change.Change;
import io.meshguard.change.Change.Limit;
import io.meshguard.change.Change.Where;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Outcome;
import io.meshguard.change.Place;
import io.meshguard.change.Share;
import io.meshguard.match.Request;
import io.meshguard.resource.Credentials;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.yaml.YamlException;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Changes in words, for people. Nothing is escaped. */
final class ChangeWords {

  private static final int MOST_NAMESPACES = 5;
  private static final String HIDDEN = "***";

  private final Language language;

  ChangeWords(Language language) {
    this.language = language;
  }

  /** Returns a sentence of this package's bundle. */
  String say(String key, Object... arguments) {
    Message message = CliText.of(key, arguments);
    return language.render(message);
  }

  /** Returns what requests are meant: the smallest of them, or the ports and names of bytes. */
  String subject(Change change) {
    if (change.request().isPresent()) {
      return request(change.request().get());
    }
    Where first = change.where().get(0);
    String names = String.join(", ", first.domains());
    String shown = names.isEmpty() ? "" : " " + names;
    String key =
        change.protocol() == Change.Protocol.TCP ? "diff.subject.bytes" : "diff.subject.some";
    return say(key, Integer.toString(first.port()), shown);
  }

  /** Returns for example {@code GET http://shop.example.com/pay, x-env: canary}. */
  static String request(Request request) {
    StringBuilder words =
        new StringBuilder(request.method())
            .append(' ')
            .append(request.scheme())
            .append("://")
            .append(request.authority())
            .append(request.path());
    String separator = "?";
    for (Map.Entry<String, String> one : request.query().entrySet()) {
      words
          .append(separator)
          .append(one.getKey())
          .append('=')
          .append(hidden(one.getKey(), one.getValue()));
      separator = "&";
    }
    request
        .headers()
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        words.append(", ").append(name).append(": ").append(hidden(name, value))));
    return words.toString();
  }

  private static String hidden(String name, String value) {
    return Credentials.isName(name) ? HIDDEN : value;
  }

  /** Returns on what it depends whether there are such requests; none where it is certain. */
  List<String> conditions(Change change) {
    List<String> conditions = new ArrayList<>();
    change
        .opaque()
        .forEach((name, holds) -> conditions.add(say(holds ? "diff.if" : "diff.unless", name)));
    if (conditions.isEmpty() && !change.certain()) {
      conditions.add(say("diff.maybe"));
    }
    return conditions;
  }

  /** Returns what became of the requests. */
  String before(Change change) {
    return outcome(change.before(), change.after());
  }

  /** Returns what becomes of them. */
  String after(Change change) {
    return outcome(change.after(), change.before());
  }

  private String outcome(Outcome outcome, Outcome other) {
    String status = Integer.toString(outcome.status());
    return switch (outcome.kind()) {
      case FORWARD -> forward(outcome, other);
      case REDIRECT ->
          say("diff.redirect", status, outcome.redirect().map(ChangeWords::location).orElse(""));
      case ANSWER, FAULT -> say(key(outcome), status);
      default -> say(key(outcome));
    };
  }

  private static String key(Outcome outcome) {
    return "diff." + outcome.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String location(io.meshguard.route.Action.Redirect redirect) {
    String scheme = redirect.scheme().isEmpty() ? "" : redirect.scheme() + "://";
    String port = redirect.port().isPresent() ? ":" + redirect.port().getAsInt() : "";
    String path = redirect.path().isEmpty() ? redirect.prefix() : redirect.path();
    return scheme + redirect.authority() + port + path;
  }

  private String forward(Outcome outcome, Outcome other) {
    String shares =
        outcome.shares().stream()
            .map(share -> share(share, other))
            .collect(Collectors.joining(say("diff.and")));
    StringBuilder words = new StringBuilder(shares);
    String path =
        outcome.rewrite().prefix().isEmpty()
            ? outcome.rewrite().substitution()
            : outcome.rewrite().prefix();
    if (!path.isEmpty()) {
      words.append(say("diff.path", path));
    }
    if (!outcome.rewrite().authority().isEmpty()) {
      words.append(say("diff.authority", outcome.rewrite().authority()));
    }
    return words.toString();
  }

  private String share(Share share, Outcome other) {
    String name = shortened(share.cluster().host()) + ":" + share.cluster().port();
    if (!share.cluster().subset().isEmpty()) {
      name = say("diff.subset", name, share.cluster().subset());
    }
    String differing =
        other.shares().stream()
            .filter(one -> one.cluster().equals(share.cluster()))
            .findFirst()
            .filter(one -> one.state() == share.state())
            .map(one -> differing(share.behind(), one.behind()))
            .orElse("");
    return switch (share.state()) {
      case USABLE -> name + differing;
      case EMPTY -> say("diff.empty", name);
      case MISSING -> say("diff.missing", name);
    };
  }

  private static String differing(Map<String, String> own, Map<String, String> others) {
    Set<String> names = new TreeSet<>(own.keySet());
    names.addAll(others.keySet());
    String all =
        names.stream()
            .filter(name -> !own.getOrDefault(name, "").equals(others.getOrDefault(name, "")))
            .map(name -> name + " " + own.getOrDefault(name, "-"))
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : " (" + all + ")";
  }

  /** A name of the cluster needs its namespace and no more. */
  private static String shortened(String host) {
    int at = host.indexOf(".svc.");
    return at > 0 ? host.substring(0, at) : host;
  }

  /** Returns for example {@code timeout: none -> 3s}. */
  String limit(Limit limit) {
    return limit.name() + ": " + value(limit.before()) + " -> " + value(limit.after());
  }

  /** Returns a value of a setting, without what may be secret. */
  String value(String value) {
    if (value.isEmpty()) {
      return say("diff.unset");
    }
    if (!value.startsWith("{")) {
      return value;
    }
    try {
      JsonNode tree = YamlReader.readOne(value).tree().deepCopy();
      if (tree instanceof ObjectNode object) {
        List<String> secret = new ArrayList<>();
        object.fieldNames().forEachRemaining(secret::add);
        secret.stream().filter(Credentials::isName).forEach(name -> object.put(name, HIDDEN));
      }
      return tree.toString();
    } catch (YamlException e) {
      return value;
    }
  }

  /** Returns where the requests come in. */
  List<String> where(Change change) {
    List<String> words = new ArrayList<>();
    Set<String> namespaces = new TreeSet<>();
    Set<String> sidecars = new LinkedHashSet<>();
    for (Where where : change.where()) {
      if (where.gateway()) {
        words.add(
            say("diff.at.gateway", where.proxy(), Integer.toString(where.port()), names(where)));
      } else {
        namespaces.add(where.proxy().substring(0, where.proxy().indexOf('/')));
        sidecars.add(say("diff.at.port", Integer.toString(where.port()), names(where)));
      }
    }
    if (!namespaces.isEmpty()) {
      String shown =
          namespaces.stream().limit(MOST_NAMESPACES).collect(Collectors.joining(", "))
              + (namespaces.size() > MOST_NAMESPACES ? ", …" : "");
      words.add(say("diff.at.sidecars", namespaces.size(), shown, sidecars.iterator().next()));
    }
    return words;
  }

  private String names(Where where) {
    String first = where.domains().get(0);
    int more = where.domains().size() - 1;
    return first.isEmpty() ? "" : say("diff.at.names", first, more);
  }

  /** Returns {@code VirtualService shop/shop spec.http[0]}. */
  static String object(Place place) {
    String path = path(place);
    return place.object().kind().name()
        + " "
        + place.object().ref().path()
        + (path.isEmpty() ? "" : " " + path);
  }

  /** Returns {@code file:line:column}; empty where the object came from no file. */
  static String position(Place place) {
    String file = place.object().origin().file();
    if (file.isEmpty()) {
      return "";
    }
    return file
        + place
            .object()
            .origin()
            .position(place.pointer())
            .map(at -> ":" + at.line() + ":" + at.column())
            .orElse("");
  }

  /** Turns {@code /spec/http/1/match/0} into {@code spec.http[1].match[0]}. */
  static String path(Place place) {
    StringBuilder path = new StringBuilder();
    for (String segment : place.pointer().toString().split("/")) {
      if (!segment.isEmpty()) {
        boolean index = segment.chars().allMatch(c -> c >= '0' && c <= '9');
        path.append(index ? "[" + segment + "]" : (path.isEmpty() ? "" : ".") + segment);
      }
    }
    return path.toString();
  }

  /** Returns what could not be compared, and why. */
  String open(ChangeReport.Open open) {
    return say("diff.open." + open.reason().name().toLowerCase(Locale.ROOT), open.about());
  }

  /** Returns the first sentence. */
  String summary(ChangeReport report) {
    if (report.isProof()) {
      return say("diff.proof", report.objects());
    }
    if (report.isEmpty()) {
      return say("diff.nothing", report.open().size());
    }
    long moved = report.changes().stream().filter(change -> !change.isLimitsOnly()).count();
    long broken = report.changes().stream().filter(Change::breaks).count();
    long limits = report.changes().size() - moved;
    return say("diff.summary", moved, broken, limits);
  }

  /** Returns the place that stands for a change; empty where there is none. */
  static Optional<Place> main(Change change) {
    return change.causes().stream()
        .filter(place -> !place.before())
        .findFirst()
        .or(() -> change.causes().stream().findFirst());
  }
}
