package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinesTest {

  @Test
  void breaksAtBlanksOnly() {
    assertThat(Lines.wrap("the rule unreachable-route denies", 12))
        .isEqualTo("the rule\nunreachable-route\ndenies");
  }

  @Test
  void leavesAShortTextAlone() {
    assertThat(Lines.wrap("all of it", 9)).isEqualTo("all of it");
    assertThat(Lines.wrap("", 9)).isEmpty();
  }

  @Test
  void countsAChineseCharacterAsTwoColumns() {
    assertThat(Lines.wrap("没有任何内容被保存", 8)).isEqualTo("没有任何\n内容被保\n存");
  }

  @Test
  void beginsNoLineWithAFullStop() {
    assertThat(Lines.wrap("没有任何。内容", 8)).isEqualTo("没有任\n何。内容");
  }
}
