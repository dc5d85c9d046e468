package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextWrapTest {

  @Test
  void breaksAtBlanksOnly() {
    assertThat(TextWrap.wrap("the rule unreachable-route denies", 12))
        .isEqualTo("the rule\nunreachable-route\ndenies");
  }

  @Test
  void leavesAShortTextAlone() {
    assertThat(TextWrap.wrap("all of it", 9)).isEqualTo("all of it");
    assertThat(TextWrap.wrap("", 9)).isEmpty();
  }

  @Test
  void countsAChineseCharacterAsTwoColumns() {
    assertThat(TextWrap.wrap("没有任何内容被保存", 8)).isEqualTo("没有任何\n内容被保\n存");
  }

  @Test
  void beginsNoLineWithAFullStop() {
    assertThat(TextWrap.wrap("没有任何。内容", 8)).isEqualTo("没有任\n何。内容");
  }
}
