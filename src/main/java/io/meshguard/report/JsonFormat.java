package io.meshguard.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.audit.Inventory;
import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.Patches;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** For programs: stable, versioned, described by {@code docs/schema/report.schema.json}. */
final class JsonFormat implements Format {

  /** Version of the format; it changes when something is removed or means something else. */
  public static final int VERSION = 1;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Override
  public String write(CheckReport outcome, Language language) {
    return tree(outcome, language).toPrettyString() + "\n";
  }

  /** Returns the outcome as a JSON tree. */
  public static ObjectNode tree(CheckReport outcome, Language language) {
    ObjectNode report = JSON.objectNode().put("version", VERSION);
    report.set("summary", summary(outcome.summary()));
    ArrayNode findings = report.putArray("findings");
    outcome.findings().forEach(judged -> findings.add(finding(judged, outcome, language)));
    ArrayNode errors = report.putArray("errors");
    outcome.errors().forEach(error -> errors.add(error(error)));
    outcome.inventory().ifPresent(inventory -> inventory(inventory, report));
    if (outcome.owners().isPresent()) {
      ArrayNode owners = report.putArray("owners");
      outcome.byOwner().forEach(group -> owners.add(owner(group)));
    }
    return report;
  }

  /** Returns a fix's operations, those that replace or remove a value guarded by a test of it. */
  static ArrayNode patch(Fix fix, JsonNode tree) {
    List<PatchOp> guarded = new ArrayList<>();
    JsonNode at = tree;
    for (PatchOp op : fix.ops()) {
      boolean overwrites = op instanceof PatchOp.Replace || op instanceof PatchOp.Remove;
      JsonNode old = at.at(op.path());
      boolean quotable =
          Secrets.masked(op.path().last().getMatchingProperty(), old).equals(old)
              && !op.path().toString().contains("/annotations/");
      if (overwrites && quotable) {
        guarded.add(new PatchOp.Test(op.path(), old));
      }
      guarded.add(op);
      at = Patches.apply(List.of(op), at);
    }
    return Patches.toJson(guarded);
  }

  private static ObjectNode summary(CheckReport.Summary summary) {
    return JSON.objectNode()
        .put("objects", summary.objects())
        .put("findings", summary.findings())
        .put("deny", summary.deny())
        .put("warn", summary.warn())
        .put("fix", summary.fix())
        .put("exempt", summary.exempt())
        .put("fixable", summary.fixable());
  }

  private static ObjectNode finding(GradedFinding judged, CheckReport outcome, Language language) {
    Finding finding = judged.finding();
    ObjectNode json = JSON.objectNode();
    json.put("rule", finding.rule().id());
    json.put("mode", judged.mode().text());
    json.put("configured", judged.decision().configured().text());
    judged.because().ifPresent(because -> json.put("because", because.text()));
    json.set("object", object(finding.object().ref()));
    json.put("path", finding.path().toString());
    if (!FileLocation.file(finding).isEmpty()) {
      json.put("file", FileLocation.file(finding));
    }
    FileLocation.position(finding)
        .ifPresent(at -> json.put("line", at.line()).put("column", at.column()));
    json.put("message", language.render(finding.message()));
    outcome.url(finding.rule().id()).ifPresent(url -> json.put("url", url));
    json.put("fingerprint", finding.fingerprint());
    outcome
        .owners()
        .ifPresent(marks -> json.set("owner", owner(Owner.of(finding.object(), marks))));
    finding.witness().ifPresent(witness -> json.set("witness", witness));
    finding.fix().ifPresent(fix -> json.set("fix", fix(fix, finding, language)));
    return json;
  }

  private static ObjectNode owner(OwnerGroup group) {
    ObjectNode json = owner(group.owner());
    return json.put("objects", group.objects())
        .put("findings", group.findings().size())
        .put("deny", group.count(Mode.DENY))
        .put("warn", group.count(Mode.WARN))
        .put("fix", group.count(Mode.FIX))
        .put("exempt", group.exempt());
  }

  /** Returns an owner for programs. */
  static ObjectNode owner(Owner owner) {
    ObjectNode json = JSON.objectNode().put("type", owner.type().text());
    if (!owner.namespace().isEmpty()) {
      json.put("namespace", owner.namespace());
    }
    if (!owner.name().isEmpty()) {
      json.put("name", owner.name());
    }
    return json;
  }

  private static ObjectNode object(ObjectRef ref) {
    ObjectNode json =
        JSON.objectNode().put("apiVersion", ref.apiVersion()).put("kind", ref.kind().name());
    if (!ref.namespace().isEmpty()) {
      json.put("namespace", ref.namespace());
    }
    return json.put("name", ref.name());
  }

  private static ObjectNode fix(Fix fix, Finding finding, Language language) {
    ObjectNode json =
        JSON.objectNode()
            .put("title", language.render(fix.title()))
            .put("safety", fix.safety().text());
    json.set("patch", patch(fix, finding.object().tree()));
    return json;
  }

  private static void inventory(Inventory inventory, ObjectNode report) {
    ArrayNode stamped = report.putArray("stamped");
    for (Inventory.Stamped one : inventory.stamped()) {
      stamped.addObject().put("rules", one.rules()).set("object", object(one.object()));
    }
    ArrayNode exemptions = report.putArray("exemptions");
    for (Inventory.Exempting one : inventory.exemptions()) {
      ObjectNode json = exemptions.addObject().put("source", one.source());
      one.object().ifPresent(ref -> json.set("object", object(ref)));
      one.rules().forEach(json.putArray("rules")::add);
      json.put("reason", one.reason());
      one.owner().ifPresent(owner -> json.put("owner", owner));
      one.expires().ifPresent(day -> json.put("expires", day.toString()));
      json.put("state", one.state().name().toLowerCase(Locale.ROOT));
      json.put("findings", one.findings());
    }
  }

  private static ObjectNode error(InputError error) {
    ObjectNode json = JSON.objectNode().put("file", error.file());
    error.position().ifPresent(at -> json.put("line", at.line()).put("column", at.column()));
    return json.put("message", error.message());
  }
}
