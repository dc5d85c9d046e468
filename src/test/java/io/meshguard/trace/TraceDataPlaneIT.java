package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.dataplane.DataPlane;
import io.meshguard.dataplane.RequiresDataPlane;
import io.meshguard.trace.RandomMesh.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Asks real Envoys, configured by a real istiod, what becomes of random requests over random
 * meshes. {@code -Dmeshguard.seed=N} asks other questions, {@code -Dmeshguard.requests=N} more.
 */
@RequiresDataPlane
final class TraceDataPlaneIT {
  private static final long SEED = Long.getLong("meshguard.seed", 20261201);
  private static final int REQUESTS = Integer.getInteger("meshguard.requests", 5_000);
  private static final int PER_MESH = 1_250;

  private final DataPlane plane;

  TraceDataPlaneIT(DataPlane plane) {
    this.plane = plane;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.36.4"})
  void traceTellsWhatEnvoyDoes(String envoy) throws Exception {
    plane.useEnvoy(envoy);
    long start = System.nanoTime();
    Map<String, Integer> kinds = new TreeMap<>();
    int asked = 0;
    try (Stage stage = Stage.open(plane)) {
      for (int world = 0; asked < REQUESTS; world++) {
        long seed = SEED + (envoy.equals("1.40.0") ? 1_000_000 : 0) + world;
        RandomMesh mesh = new RandomMesh(seed, stage::address);
        long before = System.nanoTime();
        List<JsonNode> stored = stage.apply(mesh.objects());
        long ready = System.nanoTime();
        try {
          List<Question> questions = questions(mesh, seed);
          asked += questions.size();
          List<ObservedRequest> observed =
              stage.ask(questions, new ClusterNames(stored, stage, plane.internet()));
          observed.forEach(each -> kinds.merge(each.kind(), 1, Integer::sum));
          System.out.printf(
              "world %d: %d objects in %d ms, %d requests in %d ms%n",
              seed,
              stored.size(),
              (ready - before) / 1_000_000,
              questions.size(),
              (System.nanoTime() - ready) / 1_000_000);
        } finally {
          plane.echo().reset();
          stage.delete(mesh.objects());
        }
      }
    }
    System.out.printf("%s: %d requests in %d ms%n", envoy, asked, (System.nanoTime() - start) / 1_000_000);
    kinds.forEach((kind, count) -> System.out.printf("  %5d %s%n", count, kind));
    assertThat(kinds).hasSizeGreaterThan(5);
  }

  private static List<Question> questions(RandomMesh mesh, long seed) {
    RandomQuestions random = new RandomQuestions(seed);
    List<Question> questions = new ArrayList<>();
    List<Group> groups = mesh.groups();
    for (int i = 0; i < PER_MESH; i++) {
      questions.add(random.next(groups.get(i % groups.size())));
    }
    return questions;
  }
}
