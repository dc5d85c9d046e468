package io.meshguard.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.match.Dimension.Kind;
import org.junit.jupiter.api.Test;

class DimensionTest {

  @Test
  void nameIsShownWhereThereIsOne() {
    assertThat(Dimension.of(Kind.PATH)).hasToString("PATH");
    assertThat(new Dimension(Kind.HEADER, "x-env")).hasToString("HEADER[x-env]");
  }
}
