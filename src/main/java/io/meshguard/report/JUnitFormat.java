package io.meshguard.report;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;

/** JUnit XML: one test case an object, which fails with its findings. */
public final class JUnitFormat implements Format {

  @Override
  public String write(CheckReport outcome, Language language) {
    long failures = outcome.verdicts().stream().filter(v -> counted(v) > 0).count();
    int tests = outcome.verdicts().size() + outcome.errors().size();
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    String numbers =
        " tests=\"%d\" failures=\"%d\" errors=\"%d\""
            .formatted(tests, failures, outcome.errors().size());
    xml.append("<testsuites name=\"meshguard\"").append(numbers).append(">\n");
    xml.append("  <testsuite name=\"meshguard\"").append(numbers).append(">\n");
    outcome.verdicts().forEach(verdict -> object(verdict, language, xml));
    outcome.errors().forEach(error -> error(error, xml));
    return xml.append("  </testsuite>\n</testsuites>\n").toString();
  }

  private static void object(Verdict verdict, Language language, StringBuilder xml) {
    ObjectRef ref = verdict.object().ref();
    String file = verdict.object().origin().file();
    xml.append("    <testcase classname=\"").append(escaped(ref.kind().name()));
    xml.append("\" name=\"").append(escaped(ref.path()));
    xml.append("\" file=\"").append(escaped(file)).append("\"");
    if (counted(verdict) == 0) {
      xml.append("/>\n");
      return;
    }
    xml.append(">\n");
    for (GradedFinding judged : verdict.judged()) {
      if (counts(judged)) {
        failure(judged, language, xml);
      }
    }
    xml.append("    </testcase>\n");
  }

  private static void failure(GradedFinding judged, Language language, StringBuilder xml) {
    String place =
        FileLocation.of(
            FileLocation.file(judged.finding()), FileLocation.position(judged.finding()));
    String because = FindingText.because(judged, language).map(b -> " (" + b + ")").orElse("");
    String headline = Headline.of(judged.finding(), language) + because;
    xml.append("      <failure type=\"").append(judged.mode().text());
    xml.append("\" message=\"").append(escaped(headline)).append("\">");
    xml.append(escaped(place + ": " + headline)).append("</failure>\n");
  }

  private static void error(InputError error, StringBuilder xml) {
    String file = escaped(error.file());
    xml.append("    <testcase classname=\"file\" name=\"").append(file);
    xml.append("\" file=\"").append(file).append("\">\n      <error message=\"");
    xml.append(escaped(error.message())).append("\">").append(escaped(error.toString()));
    xml.append("</error>\n    </testcase>\n");
  }

  private static long counted(Verdict verdict) {
    return verdict.judged().stream().filter(JUnitFormat::counts).count();
  }

  private static boolean counts(GradedFinding judged) {
    return judged.mode() != Mode.OFF && !judged.exempt();
  }

  /** XML 1.0 cannot hold control characters at all, not even as references. */
  private static String escaped(String text) {
    StringBuilder xml = new StringBuilder();
    SafeText.escape(text)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '&' -> xml.append("&amp;");
                case '"' -> xml.append("&quot;");
                case 0xFFFE, 0xFFFF -> xml.append('?');
                default -> xml.appendCodePoint(c);
              }
            });
    return xml.toString();
  }
}
