package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.engine.FileFixes;
import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.TextEdit;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** SARIF 2.1.0, which code scanning services read. */
final class SarifFormat implements Format {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ReportStyle style;

  SarifFormat(ReportStyle style) {
    this.style = style;
  }

  @Override
  public String write(CheckReport outcome, Language language) {
    List<GradedFinding> findings = outcome.findings();
    Map<String, RuleInfo> rules = new LinkedHashMap<>();
    findings.forEach(j -> rules.putIfAbsent(j.finding().rule().id(), j.finding().rule()));
    List<String> ids = List.copyOf(rules.keySet());

    ObjectNode log = JSON.objectNode();
    log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json").put("version", "2.1.0");
    ObjectNode run = log.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", ProductInfo.NAME).put("version", ProductInfo.VERSION);
    ArrayNode described = driver.putArray("rules");
    rules.values().forEach(rule -> described.add(rule(rule, outcome, language)));
    run.put("columnKind", "unicodeCodePoints");
    List.of("\r\n", "\n", "\r").forEach(run.putArray("newlineSequences")::add);
    ArrayNode results = JSON.arrayNode();
    FileFixes fixes = new FileFixes(outcome.texts());
    for (GradedFinding judged : findings) {
      ObjectNode result = result(judged, ids.indexOf(judged.finding().rule().id()), language);
      fixes
          .of(judged)
          .ifPresent(edits -> result.putArray("fixes").add(fix(judged.finding(), edits, language)));
      results.add(result);
    }
    run.set("invocations", JSON.arrayNode().add(invocation(outcome, fixes.leftOut(), language)));
    run.set("results", results);
    return log.toPrettyString() + "\n";
  }

  private static ObjectNode rule(RuleInfo info, CheckReport outcome, Language language) {
    ObjectNode rule = JSON.objectNode().put("id", info.id());
    String summary = RulePages.summary(info.id()).orElse(info.id());
    rule.putObject("shortDescription").put("text", summary);
    RulePages.page(info.id(), language)
        .ifPresent(page -> rule.putObject("help").put("text", page).put("markdown", page));
    outcome.url(info.id()).ifPresent(url -> rule.put("helpUri", url));
    rule.putObject("defaultConfiguration")
        .put("enabled", info.modeInFiles() != Mode.OFF)
        .put("level", info.modeInFiles() == Mode.DENY ? "error" : "warning");
    return rule;
  }

  private ObjectNode invocation(CheckReport outcome, int leftOut, Language language) {
    ObjectNode invocation = JSON.objectNode();
    invocation.put("executionSuccessful", outcome.errors().isEmpty());
    ArrayNode notes = JSON.arrayNode();
    for (InputError error : outcome.errors()) {
      ObjectNode note = notes.addObject().put("level", "error");
      note.putObject("message").put("text", error.message());
      note.putArray("locations").add(location(error.file(), error.position()));
    }
    if (leftOut > 0) {
      String text = FindingText.say(language, "sarif.leftOut", leftOut);
      notes.addObject().put("level", "note").putObject("message").put("text", text);
    }
    if (!notes.isEmpty()) {
      invocation.set("toolExecutionNotifications", notes);
    }
    return invocation;
  }

  private ObjectNode fix(Finding finding, List<TextEdit> edits, Language language) {
    ObjectNode json = JSON.objectNode();
    Fix fix = finding.fix().orElseThrow();
    String title = language.render(fix.title());
    String text =
        FindingText.say(language, "text.fix", verbatim(fix.safety().text()), verbatim(title));
    json.putObject("description").put("text", text);
    ObjectNode change = json.putArray("artifactChanges").addObject();
    change.set("artifactLocation", artifact(FileLocation.file(finding)));
    ArrayNode replacements = change.putArray("replacements");
    for (TextEdit edit : edits) {
      ObjectNode replacement = replacements.addObject();
      replacement
          .putObject("deletedRegion")
          .put("startLine", edit.start().line())
          .put("startColumn", edit.start().column())
          .put("endLine", edit.end().line())
          .put("endColumn", edit.end().column());
      if (!edit.text().isEmpty()) {
        replacement.putObject("insertedContent").put("text", edit.text());
      }
    }
    return json;
  }

  private ObjectNode result(GradedFinding judged, int ruleIndex, Language language) {
    Finding finding = judged.finding();
    ObjectNode result = JSON.objectNode();
    result.put("ruleId", finding.rule().id()).put("ruleIndex", ruleIndex);
    result.put("level", judged.mode() == Mode.DENY ? "error" : "warning");
    result
        .putObject("message")
        .put(
            "text",
            FindingText.object(finding.object().ref())
                + ": "
                + language.render(finding.message())
                + FindingText.aside(judged, language));
    ObjectNode location =
        FileLocation.file(finding).isEmpty()
            ? JSON.objectNode()
            : location(FileLocation.file(finding), FileLocation.position(finding));
    location
        .putArray("logicalLocations")
        .addObject()
        .put("fullyQualifiedName", finding.object().ref() + " " + finding.path())
        .put("kind", "object");
    result.putArray("locations").add(location);
    result.putObject("partialFingerprints").put("meshguard/v1", finding.fingerprint());
    if (judged.exempt()) {
      ObjectNode suppression = result.putArray("suppressions").addObject();
      suppression.put("kind", "external").put("status", "accepted");
      judged.decision().exemption().ifPresent(e -> suppression.put("justification", e.reason()));
    }
    return result;
  }

  private ObjectNode location(String file, Optional<Position> position) {
    ObjectNode location = JSON.objectNode();
    ObjectNode physical = location.putObject("physicalLocation");
    physical.set("artifactLocation", artifact(file));
    position.ifPresent(
        at ->
            physical
                .putObject("region")
                .put("startLine", at.line())
                .put("startColumn", at.column()));
    return location;
  }

  private ObjectNode artifact(String file) {
    return JSON.objectNode()
        .put("uri", uri(FileLocation.isFile(file) ? style.paths().apply(file) : file));
  }

  /** Returns a file's name as a URI reference: relative where the name is. */
  private static String uri(String file) {
    StringBuilder uri = new StringBuilder(file.startsWith("/") ? "file://" : "");
    for (byte b : file.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "/._-~".indexOf(c) >= 0);
      uri.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return uri.toString();
  }
}
