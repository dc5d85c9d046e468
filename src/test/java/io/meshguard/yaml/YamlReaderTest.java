package io.meshguard.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.sun.management.ThreadMXBean;
import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.yaml.YamlReader.Limits;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class YamlReaderTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void everyNodeHasThePositionOfItsKey() {
    String text =
        """
        a: 1
        list:
          - x: 2
            y: [3, {z: 4}]
        base: &base
          k: v
        merged:
          <<: *base
          own: 5
        """;
    assertThat(at(text, "")).isEqualTo(new Position(1, 1));
    assertThat(at(text, "/a")).isEqualTo(new Position(1, 1));
    assertThat(at(text, "/list")).isEqualTo(new Position(2, 1));
    assertThat(at(text, "/list/0")).isEqualTo(new Position(3, 5));
    assertThat(at(text, "/list/0/y/1/z")).isEqualTo(new Position(4, 13));
    assertThat(at(text, "/merged/own")).isEqualTo(new Position(9, 3));
    // What stands elsewhere, and what stands nowhere, is at the nearest place above.
    assertThat(at(text, "/merged/k")).isEqualTo(new Position(7, 1));
    assertThat(at(text, "/list/7")).isEqualTo(new Position(2, 1));
    assertThat(at(text, "/a/b/c")).isEqualTo(new Position(1, 1));
  }

  @Test
  void onlyWhatStandsInTheTextHasAPositionOfItsOwn() {
    Positions positions = YamlReader.readOne("a: {b: 1}\n").positions();
    assertThat(positions.of(JsonPointer.compile("/a/b"))).contains(new Position(1, 5));
    assertThat(positions.of(JsonPointer.compile("/a/c"))).isEmpty();
    assertThat(Positions.NONE.of(JsonPointer.empty())).isEmpty();
    assertThat(Positions.NONE.nearest(JsonPointer.empty())).isEmpty();
  }

  @Test
  void ofAKeyThatStandsTwiceTheLaterOneCounts() {
    YamlReader.read(
        "a: 1\nb: 2\na: 3\n",
        new YamlReader.Sink() {
          @Override
          public void document(YamlDocument document) {
            assertThat(document.positions().of(JsonPointer.compile("/a")))
                .contains(new Position(3, 1));
          }

          @Override
          public void unreadable(YamlException cause) {
            throw cause;
          }

          @Override
          public void duplicateKey(String key, Position position) {
            assertThat(key).isEqualTo("a");
          }
        });
  }

  /** A pointer for each node once cost 200 MB where 2,500 of them stood 195 levels deep. */
  @Test
  void whatANodeCostsDoesNotGrowWithItsDepth() {
    String deep = "[".repeat(90) + "1,".repeat(5_000) + "]".repeat(90);
    String flat = "[" + "1,".repeat(5_090) + "]";
    long atTop = allocated(flat);
    assertThat(allocated(deep)).isLessThan(2 * atTop);
    assertThat(allocated("[" + "1,".repeat(10_180) + "]")).isLessThan(3 * atTop);
  }

  @Test
  void allPositionsOfALargeListAreFoundWithoutWalkingItEachTime() {
    int many = 20_000;
    YamlDocument document = YamlReader.readOne("[" + "{a: 1},".repeat(many) + "]");
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < many; i++) {
      JsonPointer pointer = JsonPointer.empty().appendIndex(i).appendProperty("a");
      assertThat(document.positions().of(pointer).isPresent()).isTrue();
    }
    assertThat(THREADS.getCurrentThreadCpuTime() - start).isLessThan(1_500_000_000L);
  }

  @Test
  void aTextInAnObjectMayHoldLessThanAFile() {
    assertTooLarge("x".repeat(1024 * 1024 + 1));
    assertTooLarge("[" + "1,".repeat(50_000) + "]");
    assertTooLarge("[".repeat(102) + "]".repeat(102));
    assertTooLarge("[".repeat(99) + "1,".repeat(20_000) + "]".repeat(99));
    assertThat(YamlReader.readOne("[" + "1,".repeat(50_000) + "]").tree()).hasSize(50_000);
    assertThat(YamlReader.readOne("[" + "1,".repeat(40_000) + "]", Limits.EMBEDDED).tree())
        .hasSize(40_000);
  }

  @Test
  void aliasesCountAsWhatTheyStandFor() {
    assertTooLarge("a: &a [" + "1,".repeat(30_000) + "]\nb: *a\n");
    StringBuilder deep = new StringBuilder("a0: &a0 1\n");
    for (int i = 1; i < 6; i++) {
      deep.append("a%d: &a%d %s*a%d%s\n".formatted(i, i, "[".repeat(30), i - 1, "]".repeat(30)));
    }
    assertTooLarge(deep.toString());
  }

  @Test
  void whatIsWrongIsNotCalledTooLarge() {
    assertThatThrownBy(() -> YamlReader.readOne("a: [", Limits.EMBEDDED))
        .isInstanceOfSatisfying(YamlException.class, e -> assertThat(e.isTooLarge()).isFalse());
  }

  @Test
  void aCharacterBeyond16BitsMayStandAnywhere() {
    for (int before = 1_000; before < 1_060; before++) {
      String text = "a".repeat(before) + "\uD83D\uDE00".repeat(2_000);
      assertThat(YamlReader.readOne("'" + text + "'").tree().textValue()).isEqualTo(text);
    }
    assertThatThrownBy(() -> YamlReader.readOne("a".repeat(1_023) + "\uD83D"))
        .isInstanceOf(YamlException.class);
  }

  @Test
  void readingEndsAtTheDeadline() {
    AtomicLong clock = new AtomicLong();
    String text = "[" + "1,".repeat(40_000) + "]";
    assertThatThrownBy(
            () ->
                Deadline.within(
                    clock::incrementAndGet, 10, () -> YamlReader.readOne(text, Limits.EMBEDDED)))
        .isInstanceOf(DeadlineExceededException.class);
  }

  private static Position at(String text, String pointer) {
    return YamlReader.readOne(text).positions().nearest(JsonPointer.compile(pointer)).orElseThrow();
  }

  private static long allocated(String text) {
    YamlReader.readOne(text);
    long start = THREADS.getCurrentThreadAllocatedBytes();
    YamlReader.readOne(text);
    return THREADS.getCurrentThreadAllocatedBytes() - start;
  }

  private static void assertTooLarge(String text) {
    assertThatThrownBy(() -> YamlReader.readOne(text, Limits.EMBEDDED))
        .isInstanceOfSatisfying(YamlException.class, e -> assertThat(e.isTooLarge()).isTrue());
  }
}
