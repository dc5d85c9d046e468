package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.route.Assumptions;
import io.meshguard.route.ClusterState;
import io.meshguard.trace.AccessLogException;
import io.meshguard.trace.CallException;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.Step;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of sentences that end with the name of a constant: a missing one is an internal error. */
final class TraceSentencesTest {

  private static final ResourceBundle.Control ONLY_THIS =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  /** Steps with sentences of their own. */
  private static final Set<Step.Kind> OTHERWISE = EnumSet.of(Step.Kind.WOULD_TAKE);

  private static final Set<Assumptions.Subject> DOUBTS =
      EnumSet.range(Assumptions.Subject.ENVOY_FILTER, Assumptions.Subject.NOT_MODELLED);

  @ParameterizedTest
  @ValueSource(strings = {"", "zh"})
  void everyConstantHasASentence(String language) {
    List<String> missing =
        Stream.of(
                keys("step.", EnumSet.complementOf(EnumSet.copyOf(OTHERWISE)).stream()),
                keys("passed.", Arrays.stream(Step.Reason.values())),
                keys("outcome.refused.", Arrays.stream(Outcome.Refusal.values())),
                keys("cause.", Arrays.stream(ClusterState.Cause.values())),
                keys("doubt.", Arrays.stream(Assumptions.Subject.values())),
                keys("assumed.", EnumSet.complementOf(EnumSet.copyOf(DOUBTS)).stream()),
                keys("assumed.not.", EnumSet.complementOf(EnumSet.copyOf(DOUBTS)).stream()))
            .flatMap(keys -> keys)
            .filter(key -> !bundle("io.meshguard.traceview.messages", language).containsKey(key))
            .toList();
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "zh"})
  void everyRefusalHasASentence(String language) {
    List<String> missing =
        Stream.concat(
                keys("trace.call.", Arrays.stream(CallException.Reason.values())),
                keys("trace.log.", Arrays.stream(AccessLogException.Expected.values())))
            .filter(key -> !bundle("io.meshguard.cli.messages", language).containsKey(key))
            .toList();
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\":1}",
        "{} x",
      })
  void aLineThatIsNotOfAnAccessLogIsAMistakeOfItsWriter(String line) {
    Ran ran = Ran.of("trace", "--access-log", line, "docs/traffic/order.yaml");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.UNUSABLE);
    assertThat(ran.err()).contains("not a line of Envoy's access log: at column");
  }

  private static Stream<String> keys(String prefix, Stream<? extends Enum<?>> constants) {
    return constants.map(one -> prefix + one.name());
  }

  private static ResourceBundle bundle(String name, String language) {
    return ResourceBundle.getBundle(name, Locale.forLanguageTag(language), ONLY_THIS);
  }
}
