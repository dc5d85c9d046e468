package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every loop of a rule that grows with its input asks whether its time is over: between two looks
 * at the clock no rule works for long, whatever the object is full of, so that a review ends soon
 * after its deadline. Measured in processor time, whatever the load.
 */
final class DeadlineWatchTest {

  /** The first run of a rule is slow, for nothing is compiled yet; the best of some counts. */
  private static final int ATTEMPTS = 4;

  private static final Duration LONGEST = Duration.ofMillis(500);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TestFactory
  Stream<DynamicTest> noRuleWorksForLongWithoutALookAndALateOneEnds() {
    return LargestObjects.all().entrySet().stream()
        .map(
            large ->
                DynamicTest.dynamicTest(large.getKey(), () -> assertLooks(large.getValue().get())));
  }

  private static void assertLooks(List<Resource> objects) {
    for (Rule rule : Catalogue.rules()) {
      if (judges(rule, objects)) {
        assertLooks(rule, objects);
        assertEnds(rule, objects);
      }
    }
  }

  private static boolean judges(Rule rule, List<Resource> objects) {
    return rule.info().subjects().contains(objects.get(0).kind());
  }

  private static void assertLooks(Rule rule, List<Resource> objects) {
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < ATTEMPTS && best.compareTo(LONGEST) > 0; i++) {
      Duration longest = longest(rule, objects);
      best = longest.compareTo(best) < 0 ? longest : best;
    }
    assertThat(best)
        .as("the longest work of %s without a look at the clock", rule.info().id())
        .isLessThan(LONGEST);
  }

  private static Duration longest(Rule rule, List<Resource> objects) {
    Watch watch = new Watch();
    Mesh mesh = new ObjectMesh(objects, kind -> true, MeshFacts.UNKNOWN);
    Report report = new Report(rule, objects.get(0), Parameters.NONE);
    Deadline.within(
        watch::look,
        Long.MAX_VALUE / 2,
        () -> {
          rule.check(objects.get(0), mesh, report);
          return true;
        });
    watch.look();
    return Duration.ofNanos(watch.longest);
  }

  /** A rule that does little may be done before it looks. */
  private static void assertEnds(Rule rule, List<Resource> objects) {
    Mesh mesh = new ObjectMesh(objects, kind -> true, MeshFacts.UNKNOWN);
    Report report = new Report(rule, objects.get(0), Parameters.NONE);
    Watch watch = new Watch();
    try {
      Deadline.within(
          () -> {
            watch.look();
            return 0;
          },
          0,
          () -> {
            rule.check(objects.get(0), mesh, report);
            return true;
          });
    } catch (DeadlineExceededException e) {
      assertThat(watch.looks).as("looks of %s", rule.info().id()).isEqualTo(1);
      return;
    }
    assertThat(watch.looks).as("looks of %s", rule.info().id()).isZero();
  }

  /** Notes how much work was done between two looks at the clock. */
  private static final class Watch {
    private long last = THREADS.getCurrentThreadCpuTime();
    private long longest;
    private int looks;

    long look() {
      long now = THREADS.getCurrentThreadCpuTime();
      longest = Math.max(longest, now - last);
      last = THREADS.getCurrentThreadCpuTime();
      looks++;
      return 0;
    }
  }
}
