package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * No rule's work grows worse than n log n with anything that an object or a mesh holds: lists, maps
 * and texts of every page and fixture are grown tenfold and a hundredfold, one at a time. Work is
 * counted in steps and in memory taken, which do not depend on the load of the machine; processor
 * time counts only where it is far off.
 *
 * <p>Each run takes a few places of each rule; {@code -Dmeshguard.seed} takes the same again, and
 * {@code -Dmeshguard.growth=all} takes all.
 */
final class GrowthTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int PLACES_PER_RULE = 12;

  /** Tenfold n log n is fourteenfold; the rest is for what is not exactly repeated. */
  private static final int MOST_TENFOLD = 30;

  /**
   * Below this, some 30 ms, nobody waits: the prover of routes stops there by its own budget. What
   * grows with the square of something is far beyond it a hundredfold.
   */
  private static final long LITTLE_WORK = 16_000_000;

  private static final long LITTLE_TIME = 400_000_000;

  /** The same places each time; {@code -Dmeshguard.growth=all} tries every place. */
  private static final long USUAL_SEED = 42;

  private static final int BYTES_PER_STEP = 16;
  private static final int STEPS_PER_LOOK = 64;

  /** One place of one sample. */
  private record Trial(Rule rule, Sample sample, Growth growth) {
    @Override
    public String toString() {
      return rule.info().id() + ", " + sample.name() + ", " + growth;
    }
  }

  /** What a run cost: steps and memory together, and time of the processor in nanoseconds. */
  private record Work(long steps, long nanos) {
    boolean exceeds(Work tenth) {
      boolean work = steps > LITTLE_WORK && steps > MOST_TENFOLD * Math.max(1, tenth.steps);
      boolean time = nanos > LITTLE_TIME && nanos > 2 * MOST_TENFOLD * Math.max(1, tenth.nanos);
      return work || time;
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRule() {
    long seed = Long.getLong("meshguard.seed", USUAL_SEED);
    boolean all = System.getProperty("meshguard.growth", "").equals("all");
    return ChosenRules.get().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.info().id() + ", seed " + seed,
                    () -> {
                      List<String> bad = new ArrayList<>();
                      for (Trial trial : all ? trials(rule) : some(trials(rule), seed)) {
                        problem(trial).ifPresent(bad::add);
                      }
                      assertThat(bad).as("what grows too fast; seed %d", seed).isEmpty();
                    }));
  }

  private static List<Trial> trials(Rule rule) {
    String id = rule.info().id();
    List<Trial> trials = new ArrayList<>();
    Stream.concat(RulePage.read(id).samples().stream(), Fixtures.of(id).stream())
        .forEach(
            sample ->
                Growth.of(sample.objects())
                    .forEach(growth -> trials.add(new Trial(rule, sample, growth))));
    return trials;
  }

  private static List<Trial> some(List<Trial> trials, long seed) {
    Random random = new Random(seed);
    return random.ints(PLACES_PER_RULE, 0, trials.size()).mapToObj(trials::get).toList();
  }

  private static Optional<String> problem(Trial trial) {
    Work small = work(trial, 100);
    Work ten = work(trial, 10);
    if (ten.exceeds(small) && work(trial, 10).exceeds(work(trial, 100))) {
      return Optional.of(trial + ": tenfold from " + small + " to " + ten);
    }
    Work hundred = work(trial, 1);
    return hundred.exceeds(ten) && work(trial, 1).exceeds(work(trial, 10))
        ? Optional.of(trial + ": hundredfold from " + ten + " to " + hundred)
        : Optional.empty();
  }

  private static Work work(Trial trial, int part) {
    List<Resource> objects = trial.growth.grown(trial.sample.objects(), part);
    Mesh mesh = trial.sample.mesh(objects);
    List<Resource> subjects =
        objects.stream()
            .filter(object -> trial.rule.info().subjects().contains(object.kind()))
            .toList();
    AtomicLong looks = new AtomicLong();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    Deadline.within(
        looks::incrementAndGet,
        Long.MAX_VALUE,
        () -> {
          subjects.forEach(subject -> check(trial, subject, mesh));
          return subjects;
        });
    nanos = THREADS.getCurrentThreadCpuTime() - nanos;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    return new Work(looks.get() * STEPS_PER_LOOK + bytes / BYTES_PER_STEP, nanos);
  }

  private static void check(Trial trial, Resource subject, Mesh mesh) {
    Report report = new Report(trial.rule, subject, trial.sample.parameters());
    trial.rule.check(subject, mesh, report);
    report.findings();
  }
}
