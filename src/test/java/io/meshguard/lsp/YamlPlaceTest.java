package io.meshguard.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.lsp4j.Position;
import org.junit.jupiter.api.Test;

final class YamlPlaceTest {

  /** The cursor stands at the {@code |}. */
  private static YamlPlace of(String text) {
    String before = text.substring(0, text.indexOf('|'));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    int character = before.length() - before.lastIndexOf('\n') - 1;
    return YamlPlace.of(new DocumentText(text.replace("|", "")), new Position(line, character));
  }

  @Test
  void keysAreToldByIndentation() {
    assertThat(of("ru|")).isEqualTo(new YamlPlace(java.util.List.of(), false, "ru"));
    assertThat(of("rules:\n  unr|").path()).containsExactly("rules");
    assertThat(of("rules:\n  a: off\n\n  # x\n  unr|").path()).containsExactly("rules");
    assertThat(of("rules:\n  a:\n    mode: off\n  b|").path()).containsExactly("rules");
    assertThat(of("a:\n  b:\n    c: |").path()).containsExactly("a", "b", "c");
    assertThat(of("a:\n  b:\n    c: de|").value()).isTrue();
    assertThat(of("a: 1\n|").path()).isEmpty();
    assertThat(of("x: 1\n---\nb|").path()).isEmpty();
  }

  @Test
  void itemsOfListsHaveTheirPlace() {
    assertThat(of("worlds:\n- name: a\n  pa|").path()).containsExactly("worlds", "[]");
    assertThat(of("worlds:\n  - name: a\n    pa|").path()).containsExactly("worlds", "[]");
    assertThat(of("worlds:\n- na|").path()).containsExactly("worlds", "[]");
    assertThat(of("exemptions:\n- rules:\n  - unr|").path())
        .containsExactly("exemptions", "[]", "rules", "[]");
    assertThat(of("exemptions:\n- rules: [a, unr|").path())
        .containsExactly("exemptions", "[]", "rules", "[]");
    assertThat(of("exemptions:\n- reason: x\n  rules: [a, unr|").word()).isEqualTo("unr");
    assertThat(of("overrides:\n- namespaces: [a]\n  rules:\n    unr|").path())
        .containsExactly("overrides", "[]", "rules");
  }
}
