package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.change.Change;
import io.meshguard.change.Change.Where;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Outcome;
import io.meshguard.change.Place;
import io.meshguard.change.Share;
import io.meshguard.match.Request;
import io.meshguard.resource.Credentials;
import io.meshguard.rule.Language;
import java.util.Locale;

/** For programs: stable, versioned, described by {@code docs/schema/diff.schema.json}. */
final class ChangeJsonFormat {

  /** Version of the format; it changes when something is removed or means something else. */
  private static final int VERSION = 1;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ChangeWords WORDS = new ChangeWords(Language.EN);

  private ChangeJsonFormat() {}

  static String write(ChangeFormat.Result result) {
    ChangeReport report = result.report();
    ObjectNode json = JSON.objectNode().put("version", VERSION);
    json.put("before", result.before()).put("after", result.after());
    json.put("proof", report.isProof());
    json.putObject("summary")
        .put("objects", report.objects())
        .put("compared", report.compared())
        .put("moved", report.changes().stream().filter(c -> !c.isLimitsOnly()).count())
        .put("broken", report.changes().stream().filter(Change::breaks).count())
        .put("limits", report.changes().stream().filter(Change::isLimitsOnly).count());
    ArrayNode changes = json.putArray("changes");
    report.changes().forEach(change -> changes.add(change(change)));
    ArrayNode vanished = json.putArray("vanished");
    report.vanished().forEach(vanished::add);
    ArrayNode appeared = json.putArray("appeared");
    report.appeared().forEach(appeared::add);
    ArrayNode open = json.putArray("open");
    report
        .open()
        .forEach(
            one -> open.addObject().put("reason", word(one.reason())).put("about", one.about()));
    return json.toPrettyString() + "\n";
  }

  private static ObjectNode change(Change change) {
    ObjectNode json = JSON.objectNode();
    json.put("kind", change.isLimitsOnly() ? "limits" : "moved");
    json.put("breaks", change.breaks());
    json.put("certain", change.certain());
    json.put("protocol", word(change.protocol()));
    change.request().ifPresent(request -> json.set("request", request(request)));
    if (!change.opaque().isEmpty()) {
      ObjectNode conditions = json.putObject("conditions");
      change.opaque().forEach(conditions::put);
    }
    json.set("before", outcome(change.before()));
    json.set("after", outcome(change.after()));
    if (!change.limits().isEmpty()) {
      ArrayNode limits = json.putArray("limits");
      change
          .limits()
          .forEach(
              limit ->
                  limits
                      .addObject()
                      .put("name", limit.name())
                      .put("before", limit.before().isEmpty() ? null : WORDS.value(limit.before()))
                      .put("after", limit.after().isEmpty() ? null : WORDS.value(limit.after())));
    }
    ArrayNode causes = json.putArray("causes");
    change.causes().forEach(place -> causes.add(place(place)));
    ArrayNode where = json.putArray("at");
    change.where().forEach(one -> where.add(where(one)));
    return json;
  }

  private static ObjectNode request(Request request) {
    ObjectNode json =
        JSON.objectNode()
            .put("method", request.method())
            .put("scheme", request.scheme())
            .put("authority", request.authority())
            .put("path", request.path());
    ObjectNode query = json.putObject("query");
    request.query().forEach((name, value) -> query.put(name, hidden(name, value)));
    ObjectNode headers = json.putObject("headers");
    request
        .headers()
        .forEach(
            (name, values) -> {
              ArrayNode all = headers.putArray(name);
              values.forEach(value -> all.add(hidden(name, value)));
            });
    return json;
  }

  private static String hidden(String name, String value) {
    return Credentials.isName(name) ? "***" : value;
  }

  private static ObjectNode outcome(Outcome outcome) {
    ObjectNode json = JSON.objectNode().put("kind", word(outcome.kind()));
    json.put("fails", outcome.fails());
    if (outcome.status() != 0) {
      json.put("status", outcome.status());
    }
    outcome
        .redirect()
        .ifPresent(
            redirect -> {
              ObjectNode to = json.putObject("redirect");
              to.put("scheme", redirect.scheme()).put("authority", redirect.authority());
              redirect.port().ifPresent(port -> to.put("port", port));
              to.put("path", redirect.path()).put("prefix", redirect.prefix());
            });
    if (!outcome.shares().isEmpty()) {
      ArrayNode to = json.putArray("to");
      outcome.shares().forEach(share -> to.add(share(share)));
    }
    if (!outcome.rewrite().equals(io.meshguard.route.Action.Rewrite.NONE)) {
      json.putObject("rewrite")
          .put("prefix", outcome.rewrite().prefix())
          .put("pattern", outcome.rewrite().pattern())
          .put("substitution", outcome.rewrite().substitution())
          .put("authority", outcome.rewrite().authority());
    }
    return json;
  }

  private static ObjectNode share(Share share) {
    ObjectNode json =
        JSON.objectNode()
            .put("host", share.cluster().host())
            .put("port", share.cluster().port())
            .put("subset", share.cluster().subset())
            .put("state", word(share.state()));
    ObjectNode behind = json.putObject("behind");
    share.behind().forEach(behind::put);
    return json;
  }

  private static ObjectNode place(Place place) {
    ObjectNode json =
        JSON.objectNode()
            .put("side", place.before() ? "before" : "after")
            .put("kind", place.object().kind().name())
            .put("namespace", place.object().ref().namespace())
            .put("name", place.object().name())
            .put("path", place.pointer().toString());
    String file = place.object().origin().file();
    if (!file.isEmpty()) {
      json.put("file", file);
      place
          .object()
          .origin()
          .position(place.pointer())
          .ifPresent(at -> json.put("line", at.line()).put("column", at.column()));
    }
    return json;
  }

  private static ObjectNode where(Where where) {
    ObjectNode json =
        JSON.objectNode()
            .put("proxy", where.gateway() ? "gateway" : "sidecar")
            .put("name", where.proxy())
            .put("alike", where.alike())
            .put("port", where.port());
    ArrayNode domains = json.putArray("domains");
    where.domains().forEach(domains::add);
    return json;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
