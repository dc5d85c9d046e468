package io.meshguard.report;

import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** JUnit XML: one test case an object, which fails with its findings. */
final class JUnitFormat implements Format {

  @Override
  public String write(CheckReport outcome, Language language) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      new Document(xml, language).write(outcome);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML that cannot be written to memory", e);
    }
    return text.append('\n').toString();
  }

  private static List<GradedFinding> counted(Verdict verdict) {
    return verdict.judged().stream()
        .filter(judged -> judged.mode() != Mode.OFF && !judged.exempt())
        .toList();
  }

  /** One document, indented by hand, since the writer does not. */
  private record Document(XMLStreamWriter xml, Language language) {

    void write(CheckReport outcome) throws XMLStreamException {
      long failures = outcome.verdicts().stream().filter(v -> !counted(v).isEmpty()).count();
      int errors = outcome.errors().size();
      int tests = outcome.verdicts().size() + errors;
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      open(0, "testsuites", "name", "meshguard");
      numbers(tests, failures, errors);
      open(1, "testsuite", "name", "meshguard");
      numbers(tests, failures, errors);
      for (Verdict verdict : outcome.verdicts()) {
        object(verdict);
      }
      for (InputError error : outcome.errors()) {
        error(error);
      }
      close(1);
      close(0);
      xml.writeEndDocument();
    }

    private void numbers(int tests, long failures, int errors) throws XMLStreamException {
      attribute("tests", Integer.toString(tests));
      attribute("failures", Long.toString(failures));
      attribute("errors", Integer.toString(errors));
    }

    private void object(Verdict verdict) throws XMLStreamException {
      ObjectRef ref = verdict.object().ref();
      List<GradedFinding> failures = counted(verdict);
      if (failures.isEmpty()) {
        line(2);
        xml.writeEmptyElement("testcase");
        attribute("classname", ref.kind().name());
      } else {
        open(2, "testcase", "classname", ref.kind().name());
      }
      attribute("name", ref.path());
      attribute("file", verdict.object().origin().file());
      for (GradedFinding judged : failures) {
        failure(judged);
      }
      if (!failures.isEmpty()) {
        close(2);
      }
    }

    private void failure(GradedFinding judged) throws XMLStreamException {
      String place =
          FileLocation.of(
              FileLocation.file(judged.finding()), FileLocation.position(judged.finding()));
      String headline =
          Headline.of(judged.finding(), language) + FindingText.aside(judged, language);
      open(3, "failure", "type", judged.mode().text());
      attribute("message", headline);
      xml.writeCharacters(XmlText.of(place + ": " + headline));
      xml.writeEndElement();
    }

    private void error(InputError error) throws XMLStreamException {
      open(2, "testcase", "classname", "file");
      attribute("name", error.file());
      attribute("file", error.file());
      open(3, "error", "message", error.message());
      xml.writeCharacters(XmlText.of(error.toString()));
      xml.writeEndElement();
      close(2);
    }

    private void open(int depth, String element, String attribute, String value)
        throws XMLStreamException {
      line(depth);
      xml.writeStartElement(element);
      attribute(attribute, value);
    }

    private void close(int depth) throws XMLStreamException {
      line(depth);
      xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
      xml.writeAttribute(name, XmlText.of(value));
    }

    private void line(int depth) throws XMLStreamException {
      xml.writeCharacters("\n" + "  ".repeat(depth));
    }
  }
}
