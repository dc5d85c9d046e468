package io.meshguard.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ThreadsTest {

  @Test
  void theThreadsOfTheServerAreNamedByTheirJobs() {
    Set<String> names =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .collect(Collectors.toSet());

    assertThat(names).contains("cluster-state", "cluster-calls", "review-1");
  }
}
