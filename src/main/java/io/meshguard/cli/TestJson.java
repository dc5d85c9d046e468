package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.expect.Coverage;
import io.meshguard.expect.Judgement;
import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.rule.Language;
import io.meshguard.traceview.TraceJson;
import java.util.Locale;

/** What came of route tests as JSON; docs/schema/test-report.schema.json describes it. */
final class TestJson {

  private static final int VERSION = 1;

  private final Language language;

  TestJson(Language language) {
    this.language = language;
  }

  String write(TestReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    ObjectNode summary = json.putObject("summary").put("tests", report.judgements().size());
    for (Verdict verdict : Verdict.values()) {
      summary.put(word(verdict), report.count(verdict));
    }
    ArrayNode tests = json.putArray("tests");
    report.judgements().forEach(judgement -> test(tests.addObject(), judgement));
    ArrayNode errors = json.putArray("errors");
    report
        .errors()
        .forEach(
            error -> errors.addObject().put("file", error.file()).put("message", error.message()));
    report
        .problems()
        .forEach(
            problem ->
                errors
                    .addObject()
                    .put("file", problem.file())
                    .put("line", problem.position().line())
                    .put("column", problem.position().column())
                    .put("message", problem.text(language)));
    report.coverage().ifPresent(coverage -> coverage(json.putObject("coverage"), coverage));
    return json.toPrettyString() + "\n";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void test(ObjectNode node, Judgement judgement) {
    node.put("name", judgement.test().name()).put("file", judgement.test().file());
    node.put("line", judgement.test().position().line());
    node.put("column", judgement.test().position().column());
    boolean isGateway = judgement.test().entry().type() == Entry.Type.AT;
    node.put(isGateway ? "at" : "from", judgement.test().entry().text());
    node.put("request", judgement.test().call().title());
    node.put("verdict", word(judgement.verdict()));
    ArrayNode differences = node.putArray("differences");
    judgement
        .differences()
        .forEach(
            one ->
                differences
                    .addObject()
                    .put("key", one.key())
                    .put("expected", one.expected())
                    .put("got", language.render(one.got())));
    judgement.trouble().ifPresent(trouble -> node.put("trouble", language.render(trouble)));
    if (judgement.verdict() != Verdict.PASSED) {
      ArrayNode traces = node.putArray("traces");
      TraceJson writer = new TraceJson(language);
      judgement.results().forEach(trace -> traces.add(writer.tree(trace)));
    }
  }

  private static void coverage(ObjectNode node, Coverage coverage) {
    node.put("reached", coverage.reached()).put("all", coverage.items().size());
    ArrayNode items = node.putArray("items");
    for (Coverage.Item item : coverage.items()) {
      ObjectNode one = items.addObject().put("type", word(item.type()));
      ObjectNode object = one.putObject("object");
      object.put("apiVersion", item.object().ref().apiVersion());
      object.put("kind", item.object().kind().name());
      object.put("namespace", item.object().namespace());
      object.put("name", item.object().name());
      one.put("path", item.pointer().toString()).put("reached", item.reached());
      if (!item.reached()) {
        item.request().ifPresent(found -> one.put("request", TestText.request(found)));
      }
    }
  }
}
