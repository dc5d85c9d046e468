package io.meshguard.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** GitLab's Code Quality report, which a merge request shows as a list and in its changes. */
final class GitlabFormat implements Format {

  private final ReportStyle style;

  GitlabFormat(ReportStyle style) {
    this.style = style;
  }

  @Override
  public String write(CheckReport outcome, Language language) {
    ArrayNode issues = JsonNodeFactory.instance.arrayNode();
    Map<String, Integer> seen = new HashMap<>();
    for (GradedFinding judged : outcome.findings()) {
      if (!judged.exempt()) {
        Finding finding = judged.finding();
        issue(
            issues,
            finding.rule().id(),
            Headline.of(finding, language) + FindingText.aside(judged, language),
            judged.mode() == Mode.DENY ? "critical" : "minor",
            FileLocation.path(finding, style.paths()),
            FileLocation.position(finding),
            finding.fingerprint(),
            seen);
      }
    }
    for (InputError error : outcome.errors()) {
      String path =
          FileLocation.isFile(error.file()) ? style.paths().apply(error.file()) : error.file();
      String message = SafeText.escape(error.message());
      issue(issues, "unreadable", message, "major", path, error.position(), message, seen);
    }
    return issues.toPrettyString() + "\n";
  }

  private static void issue(
      ArrayNode issues,
      String check,
      String description,
      String severity,
      String path,
      Optional<Position> position,
      String known,
      Map<String, Integer> seen) {
    ObjectNode issue = issues.addObject();
    issue.put("description", description).put("check_name", check);
    issue.put("fingerprint", fingerprint(check + "\n" + known + "\n" + path, seen));
    issue.put("severity", severity);
    ObjectNode location = issue.putObject("location").put("path", path);
    location.putObject("lines").put("begin", position.map(Position::line).orElse(1));
  }

  /** Of several issues with one fingerprint GitLab shows one, so equal ones are numbered. */
  private static String fingerprint(String known, Map<String, Integer> seen) {
    String numbered = known + "\n" + seen.merge(known, 1, Integer::sum);
    return UUID.nameUUIDFromBytes(numbered.getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }
}
