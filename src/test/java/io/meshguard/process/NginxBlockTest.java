package io.meshguard.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.WorkBudget;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NginxBlockTest {

  @ParameterizedTest
  @CsvSource({
    "set $a http://b;, $a, http://b",
    "set $a http://b;, ${a}/c, http://b/c",
    "set $a http://b; set $a http://c;, $a, http://c",
    "set $b http://; set $a $b;, $a, http://",
    "'map $x $a { default http://b; \"\" http://b; }', $a, http://b",
    "'', http://b, http://b"
  })
  void resolves(String text, String address, String resolved) {
    assertThat(resolve(text, address, 1_000_000)).contains(Set.of(resolved));
  }

  @ParameterizedTest
  @CsvSource({
    "'', $a",
    "set $a $a;, $a",
    "set $a $1;, $a",
    "js_set $a f;, $a",
    "'map $x $a { include f; }', $a",
    "'', $",
    "'', ${",
    "'', ${}"
  })
  void leavesWhatIsNotKnown(String text, String address) {
    assertThat(resolve(text, address, 1_000_000)).isEmpty();
  }

  @Test
  void endsWithItsBudget() {
    StringBuilder text = new StringBuilder();
    for (String[] pair : new String[][] {{"a", "b"}, {"b", "c"}, {"c", "d"}, {"d", "e"}}) {
      for (int i = 0; i < 60; i++) {
        text.append("map $x $").append(pair[0]).append(i).append(" {");
        for (int j = 0; j < 60; j++) {
          text.append(" k").append(j).append(" $").append(pair[1]).append(j).append(';');
        }
        text.append("}\n");
      }
    }
    WorkBudget budget = new WorkBudget(100_000);
    NginxBlock block = block(text.toString());
    assertThat(block.resolve("$a0", budget)).isEmpty();
    assertThat(block.resolve("$a0", new WorkBudget(100_000))).isEmpty();
  }

  private static Optional<Set<String>> resolve(String text, String address, long steps) {
    return block(text).resolve(address, new WorkBudget(steps));
  }

  private static NginxBlock block(String text) {
    WorkBudget unlimited = new WorkBudget(Long.MAX_VALUE);
    return new NginxBlock("", NginxConfig.read(text, unlimited).orElseThrow(), null);
  }
}
