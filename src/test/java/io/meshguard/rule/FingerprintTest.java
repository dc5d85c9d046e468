package io.meshguard.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Fingerprints are kept in baselines and reports: they stay what they were. */
final class FingerprintTest {

  @Test
  void aScalarIsWhatItsJsonIs() throws Exception {
    List<JsonNode> nodes =
        Stream.of(
                IntNode.valueOf(-7),
                LongNode.valueOf(Long.MIN_VALUE),
                BigIntegerNode.valueOf(BigInteger.TEN.pow(40)),
                DecimalNode.valueOf(new BigDecimal("1E+3")),
                DoubleNode.valueOf(0.5),
                DoubleNode.valueOf(Double.NaN),
                BooleanNode.TRUE,
                NullNode.getInstance(),
                MissingNode.getInstance(),
                TextNode.valueOf(""),
                TextNode.valueOf("\"\\/\b\t\n\u0001\u007f é 网格 \ud83d\ude00 \ud83d"))
            .map(JsonNode.class::cast)
            .toList();
    for (JsonNode node : nodes) {
      assertThat(Fingerprint.of(node)).as("%s", node).isEqualTo(expected(node));
    }
  }

  @Property
  void aTextIsWhatItsJsonIs(@ForAll String text) throws Exception {
    assertThat(Fingerprint.of(TextNode.valueOf(text))).isEqualTo(expected(TextNode.valueOf(text)));
  }

  private static String expected(JsonNode node) throws Exception {
    byte[] bytes = (node.toString() + "\0").getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
