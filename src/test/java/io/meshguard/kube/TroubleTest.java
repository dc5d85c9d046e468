package io.meshguard.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class TroubleTest {

  @Test
  void saysWhatItWasWhereThereIsNoMessage() {
    assertThat(Trouble.of(new NullPointerException())).isEqualTo("NullPointerException");
    assertThat(
            Trouble.of(new IllegalStateException("An error has occurred.", new TimeoutException())))
        .isEqualTo("IllegalStateException: An error has occurred., because of TimeoutException");
  }

  @Test
  void isOneLineWithoutRepetitionsWhateverTheMessageHolds() {
    IOException inner = new IOException("refused\u0007\nat line 2");
    assertThat(Trouble.of(new RuntimeException("outer", inner)))
        .isEqualTo("RuntimeException: outer, because of IOException: refused\\u0007");
    IllegalStateException circle = new IllegalStateException("a");
    circle.initCause(new IllegalStateException("a", circle));
    assertThat(Trouble.of(circle)).isEqualTo("IllegalStateException: a");
  }
}
