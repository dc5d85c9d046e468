package io.meshguard.report;

import io.meshguard.engine.GradedFinding;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.yaml.Position;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The XML of Checkstyle, which reviewdog, Jenkins and many others read. */
final class CheckstyleFormat implements Format {

  /** The oldest version of Checkstyle that wrote what is written here. */
  private static final String FORM = "4.3";

  private final ReportStyle style;

  CheckstyleFormat(ReportStyle style) {
    this.style = style;
  }

  private record Entry(Optional<Position> position, String severity, String message, String rule) {}

  @Override
  public String write(CheckReport outcome, Language language) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      write(entries(outcome, language), xml);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML that cannot be written to memory", e);
    }
    return text.append('\n').toString();
  }

  private Map<String, List<Entry>> entries(CheckReport outcome, Language language) {
    Map<String, List<Entry>> files = new LinkedHashMap<>();
    for (GradedFinding judged : outcome.findings()) {
      if (!judged.exempt()) {
        Finding finding = judged.finding();
        String file = FileLocation.path(finding, style.paths());
        files
            .computeIfAbsent(file, f -> new ArrayList<>())
            .add(
                new Entry(
                    FileLocation.position(finding),
                    judged.mode() == Mode.DENY ? "error" : "warning",
                    Headline.of(finding, language) + FindingText.aside(judged, language),
                    finding.rule().id()));
      }
    }
    for (InputError error : outcome.errors()) {
      String file =
          FileLocation.isFile(error.file()) ? style.paths().apply(error.file()) : error.file();
      files
          .computeIfAbsent(file, f -> new ArrayList<>())
          .add(new Entry(error.position(), "error", error.message(), "unreadable"));
    }
    return files;
  }

  private static void write(Map<String, List<Entry>> files, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("checkstyle");
    xml.writeAttribute("version", FORM);
    for (Map.Entry<String, List<Entry>> file : files.entrySet()) {
      xml.writeCharacters("\n  ");
      xml.writeStartElement("file");
      xml.writeAttribute("name", XmlText.of(file.getKey()));
      for (Entry entry : file.getValue()) {
        xml.writeCharacters("\n    ");
        xml.writeEmptyElement("error");
        xml.writeAttribute("line", "" + entry.position().map(Position::line).orElse(1));
        xml.writeAttribute("column", "" + entry.position().map(Position::column).orElse(1));
        xml.writeAttribute("severity", entry.severity());
        xml.writeAttribute("message", XmlText.of(entry.message()));
        xml.writeAttribute("source", ProductInfo.NAME + "." + entry.rule());
      }
      xml.writeCharacters("\n  ");
      xml.writeEndElement();
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeEndDocument();
  }
}
