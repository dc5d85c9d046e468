package io.meshguard.rules.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A value without quotes that YAML 1.1 reads as a boolean, a number or a mapping, where only text
 * is allowed: the API server refuses the object before any webhook sees it.
 */
public final class UnquotedLabelValue implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unquoted-label-value")
          .deniedInFiles()
          .everyKind()
          .fixes(Safety.SAFE)
          .faq(FaqEntry.INJECTION, FaqEntry.SIDECAR_NOT_READY, FaqEntry.PUBLIC_INGRESS)
          .linterOnly()
          .beyondDiscovery()
          .build();

  /** The words that are booleans in every version of YAML. */
  private static final Set<String> ALWAYS_BOOLEAN =
      Set.of("true", "True", "TRUE", "false", "False", "FALSE");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    for (Cursor value : report.judged(TextValues.of(subject))) {
      JsonNode node = value.node();
      if (node.isContainerNode()) {
        report.say(value, "collection");
      } else if (node.isNumber() || node.isBoolean()) {
        scalar(value, subject, report);
      }
    }
  }

  private static void scalar(Cursor value, Resource subject, Report report) {
    String plain = value.node().asText();
    Optional<String> written = subject.origin().written(value.pointer());
    String text = written.orElse(plain);
    boolean bool = value.node().isBoolean();
    // kustomize takes the other words for text, and writes them in quotes.
    if (bool && subject.origin().kustomized() && !ALWAYS_BOOLEAN.contains(text)) {
      return;
    }
    Report.Draft draft = report.say(value, bool ? "boolean" : "number", text);
    boolean isShared = text.startsWith("*") || text.startsWith("&");
    boolean stands =
        subject.origin().positions().isEmpty() || subject.origin().holds(value.pointer());
    if (!isShared && stands) {
      JsonNode quoted = JsonNodeFactory.instance.textNode(text);
      draft.fix(Safety.SAFE, "fix", List.of(new PatchOp.Replace(value.pointer(), quoted)), text);
    }
  }
}
