package io.meshguard.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.yaml.Position;
import java.util.Random;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentTextTest {

  private static org.eclipse.lsp4j.Position at(int line, int character) {
    return new org.eclipse.lsp4j.Position(line, character);
  }

  private static String between(String text, Range range) {
    DocumentText document = new DocumentText(text);
    return text.substring(document.offset(range.getStart()), document.offset(range.getEnd()));
  }

  @Test
  void columnsOfYamlAreCharactersAndThoseOfTheProtocolUnits() {
    DocumentText text = new DocumentText("a: 🛒🛒\r\n店🛒\tb: yes\rlast");
    assertThat(text.place(new Position(2, 4))).isEqualTo(at(1, 4));
    assertThat(text.token(new Position(2, 4))).isEqualTo(new Range(at(1, 4), at(1, 5)));
    assertThat(text.token(new Position(1, 4))).isEqualTo(new Range(at(0, 3), at(0, 7)));
    assertThat(text.place(new Position(3, 2))).isEqualTo(at(2, 1));
  }

  @Test
  void aByteOrderMarkIsInTheTextAndNotInPositions() {
    DocumentText text = new DocumentText("\uFEFFkey: yes\nb: c");
    assertThat(text.token(new Position(1, 1))).isEqualTo(new Range(at(0, 1), at(0, 4)));
    assertThat(text.token(new Position(2, 1))).isEqualTo(new Range(at(1, 0), at(1, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"key: v", "\"a b\": v", "'it': v", "http://x y", "a, b", "[1]"})
  void aTokenIsAWordOrAQuotedText(String line) {
    String token = between(line, new DocumentText(line).token(new Position(1, 1)));
    assertThat(token).isIn("key", "\"a b\"", "'it'", "http://x", "a", "[1");
  }

  @Test
  void whatDoesNotExistIsTheNearestThatDoes() {
    DocumentText text = new DocumentText("ab\ncd");
    assertThat(text.offset(at(-1, 9))).isEqualTo(0);
    assertThat(text.offset(at(0, 900))).isEqualTo(2);
    assertThat(text.offset(at(0, Integer.MAX_VALUE))).isEqualTo(2);
    assertThat(text.offset(at(7, 0))).isEqualTo(5);
    assertThat(text.token(new Position(90, 3))).isEqualTo(new Range(at(1, 2), at(1, 2)));
    assertThat(text.line(-3)).isEmpty();
    assertThat(text.line(99)).isEmpty();
    assertThat(new DocumentText("").token(new Position(1, 1)))
        .isEqualTo(new Range(at(0, 0), at(0, 0)));
  }

  @Test
  void changesAndEditsLeadWhereTheyShould() {
    Random random = new Random(7);
    String[] parts = {"a", "🛒", "店", "\n", "\r\n", "\t", ": ", "- "};
    String text = "";
    for (int i = 0; i < 500; i++) {
      StringBuilder other = new StringBuilder(text);
      int where =
          other.offsetByCodePoints(0, random.nextInt(other.codePointCount(0, other.length()) + 1));
      if (random.nextInt(3) == 0) {
        other.setLength(where);
      }
      other.insert(where, parts[random.nextInt(parts.length)]);
      org.eclipse.lsp4j.TextEdit edit = new DocumentText(text).to(other.toString());
      TextDocumentContentChangeEvent change =
          new TextDocumentContentChangeEvent(edit.getRange(), edit.getNewText());
      assertThat(new DocumentText(text).changed(change).text()).isEqualTo(other.toString());
      text = other.toString();
    }
  }
}
