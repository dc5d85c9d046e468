package io.meshguard.cli;

import io.meshguard.expect.Judgement;
import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;
import io.meshguard.traceview.TraceText;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** What came of route tests as JUnit XML: one test case a test, one more for each mistake. */
final class TestJUnit {

  private final Language language;

  TestJUnit(Language language) {
    this.language = language;
  }

  String write(TestReport report) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      document(xml, report);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML that cannot be written to memory", e);
    }
    return text.append('\n').toString();
  }

  private void document(XMLStreamWriter xml, TestReport report) throws XMLStreamException {
    List<String> mistakes = report.mistakes(language);
    long errors = report.count(Verdict.UNUSABLE) + mistakes.size();
    int tests = report.judgements().size() + mistakes.size();
    xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    for (String element : List.of("testsuites", "testsuite")) {
      xml.writeCharacters("\n");
      xml.writeStartElement(element);
      xml.writeAttribute("name", "meshguard test");
      xml.writeAttribute("tests", Integer.toString(tests));
      xml.writeAttribute("failures", Long.toString(report.count(Verdict.FAILED)));
      xml.writeAttribute("errors", Long.toString(errors));
      xml.writeAttribute("skipped", Long.toString(report.count(Verdict.UNCERTAIN)));
    }
    for (Judgement judgement : report.judgements()) {
      test(xml, judgement);
    }
    for (String mistake : mistakes) {
      begin(xml, "file", mistake);
      xml.writeStartElement("error");
      xml.writeAttribute("message", held(mistake));
      xml.writeEndElement();
      xml.writeEndElement();
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private static void begin(XMLStreamWriter xml, String className, String name)
      throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", held(className));
    xml.writeAttribute("name", held(name));
  }

  private void test(XMLStreamWriter xml, Judgement judgement) throws XMLStreamException {
    begin(xml, judgement.test().file(), judgement.test().name());
    xml.writeAttribute("file", held(judgement.test().file()));
    xml.writeAttribute("line", Integer.toString(judgement.test().position().line()));
    String element =
        switch (judgement.verdict()) {
          case PASSED -> "";
          case FAILED -> "failure";
          case UNCERTAIN -> "skipped";
          case UNUSABLE -> "error";
        };
    if (!element.isEmpty()) {
      List<String> lines = TestReport.differences(judgement, language);
      String word = language.render(CliText.of("test.verdict." + judgement.verdict().name()));
      xml.writeStartElement(element);
      xml.writeAttribute("message", held(lines.isEmpty() ? word : String.join("; ", lines)));
      StringBuilder text = new StringBuilder(TestReport.place(judgement)).append('\n');
      lines.forEach(line -> text.append(line).append('\n'));
      TraceText traces = new TraceText(Paint.PLAIN, language);
      judgement.results().forEach(trace -> text.append(traces.text(trace)));
      xml.writeCharacters(text.toString().lines().map(TestJUnit::held).reduce("", TestJUnit::join));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String join(String text, String line) {
    return text.isEmpty() ? line : text + "\n" + line;
  }

  /** XML 1.0 cannot hold control characters at all, not even as references, nor these two. */
  private static String held(String text) {
    return SafeText.escape(text).replace('\uFFFE', '?').replace('\uFFFF', '?');
  }
}
