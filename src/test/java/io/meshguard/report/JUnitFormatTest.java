package io.meshguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.Language;
import io.meshguard.yaml.Position;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

final class JUnitFormatTest {

  @Test
  void writesOneTestCaseAnUnreadableFile() {
    assertThat(xml("a.yaml", "no \"key\" < 1 & > 0"))
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="meshguard" tests="1" failures="0" errors="1">
              <testsuite name="meshguard" tests="1" failures="0" errors="1">
                <testcase classname="file" name="a.yaml" file="a.yaml">
                  <error message="no &quot;key&quot; &lt; 1 &amp; &gt; 0">a.yaml:2:3: no "key" \
            &lt; 1 &amp; &gt; 0</error>
                </testcase>
              </testsuite>
            </testsuites>
            """);
  }

  @Test
  void replacesWhatXmlCannotHold() throws Exception {
    String xml = xml("ü中😀.yaml", "\u0000\u001B[31m\uFFFE\uFFFF\uD800 ]]> \u0085\u2028");

    Element error =
        (Element)
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getElementsByTagName("error")
                .item(0);
    String shown = "\\u0000\\u001B[31m??\\uD800 ]]> \\u0085\\u2028";
    assertThat(error.getAttribute("message")).isEqualTo(shown);
    assertThat(error.getTextContent()).isEqualTo("ü中😀.yaml:2:3: " + shown);
  }

  private static String xml(String file, String message) {
    InputError error = new InputError(file, Optional.of(new Position(2, 3)), message);
    return new JUnitFormat().write(new CheckReport(List.of(), List.of(error), ""), Language.EN);
  }
}
