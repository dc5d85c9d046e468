package io.meshguard.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private static final int MOST = 3;

  private final Resource object =
      Resource.of(
          JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Service"),
          "shop",
          Origin.NONE);
  private final Report report = new Report(new Nothing(), object, Parameters.NONE, MOST);

  private record Nothing() implements Rule {
    @Override
    public RuleInfo info() {
      return RuleInfo.rule("nothing").subjects(Kind.SERVICE).build();
    }

    @Override
    public void check(Resource subject, Mesh mesh, Report report) {}
  }

  private void deniable(int number) {
    report.say(object.at("spec", "bad" + number), "bad");
  }

  private void harmless(int number) {
    report.say(object.at("spec", "harmless" + number), "harmless").harmless();
  }

  private List<String> places() {
    return report.findings().stream().map(finding -> finding.path().toString()).toList();
  }

  @Test
  void keepsAsManyAsItMay() {
    for (int i = 0; i < MOST; i++) {
      deniable(i);
    }

    assertThat(places()).containsExactly("/spec/bad0", "/spec/bad1", "/spec/bad2");
    assertThat(places()).as("asked again").hasSize(MOST);
    assertThat(report.isCutShort()).isFalse();
  }

  @Test
  void saysThatThereWereMore() {
    for (int i = 0; i < 10; i++) {
      deniable(i);
    }

    assertThat(places()).containsExactly("/spec/bad0", "/spec/bad1", "/spec/bad2");
    assertThat(report.isCutShort()).isTrue();
  }

  /** Else an object with many findings that are never refused would get another one past. */
  @Test
  void whatIsNeverRefusedHidesNothingThatMayBe() {
    for (int i = 0; i < 10; i++) {
      harmless(i);
    }
    deniable(7);

    assertThat(places())
        .containsExactly("/spec/harmless0", "/spec/harmless1", "/spec/harmless2", "/spec/bad7");
    assertThat(report.isCutShort()).isTrue();
  }

  @Test
  void theLastOneCountsToo() {
    for (int i = 0; i <= MOST; i++) {
      harmless(i);
    }

    assertThat(places()).hasSize(MOST);
    assertThat(report.isCutShort()).isTrue();
  }

  @Test
  void judgesAsManyEntriesOfAListAsAnybodyMeans() {
    List<Integer> many = IntStream.range(0, 10_000).boxed().toList();

    assertThat(report.judged(many)).isEqualTo(many);
    assertThat(report.isCutShort()).isFalse();
  }

  @Test
  void saysThatItDidNotJudgeAllEntries() {
    assertThat(report.judged(IntStream.range(0, 10_001).boxed().toList())).hasSize(10_000);
    assertThat(report.isCutShort()).isTrue();
  }
}
