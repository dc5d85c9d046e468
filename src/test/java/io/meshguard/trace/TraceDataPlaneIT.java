package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.controlplane.LoopbackIdentity;
import io.meshguard.dataplane.DataPlane;
import io.meshguard.dataplane.RequiresDataPlane;
import io.meshguard.dataplane.SimulatedPod;
import io.meshguard.trace.RandomMesh.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
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

  private static Path certificate = Path.of("");

  private final DataPlane plane;

  TraceDataPlaneIT(DataPlane plane) {
    this.plane = plane;
  }

  @BeforeAll
  static void writeCertificate(@TempDir Path directory) throws IOException {
    LoopbackIdentity identity = new LoopbackIdentity();
    certificate = directory.resolve("server");
    Files.writeString(certificate, identity.certificatePem());
    Files.writeString(directory.resolve("server.key"), identity.keyPem());
  }

  @AfterEach
  void withoutMutualTls() throws Exception {
    plane.useMutualTls(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.36.4", "1.40.0"})
  void traceTellsWhatEnvoyDoes(String envoy) throws Exception {
    plane.useEnvoy(envoy);
    // With certificates, gateways can terminate TLS.
    plane.useMutualTls(true);
    long start = System.nanoTime();
    Map<String, Integer> kinds = new TreeMap<>();
    Map<String, Integer> uncertain = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    int asked = 0;
    try (Stage stage = Stage.open(plane)) {
      for (int world = 0; asked < REQUESTS; world++) {
        long seed = SEED + (envoy.equals("1.40.0") ? 1_000_000 : 0) + world;
        RandomMesh mesh = new RandomMesh(seed, stage::address, certificate);
        long before = System.nanoTime();
        try {
          List<JsonNode> stored = stage.apply(mesh.objects());
          long ready = System.nanoTime();
          List<Question> questions = questions(mesh, seed);
          asked += questions.size();
          List<ObservedRequest> observed =
              stage.ask(questions, new ClusterNames(stored, stage, plane.internet()));
          Forecast forecast =
              new Forecast(stored, stage.pods().stream().map(SimulatedPod::spec).toList());
          for (int i = 0; i < questions.size(); i++) {
            ObservedRequest seen = observed.get(i);
            kinds.merge(seen.kind(), 1, Integer::sum);
            TraceResult told = forecast.of(questions.get(i));
            if (!told.certain()) {
              uncertain.merge(
                  told.doubts()
                      + " "
                      + told.branches().stream().map(b -> b.assumed().keySet()).toList(),
                  1,
                  Integer::sum);
            } else if (!Forecast.agrees(told.first(), seen)) {
              differences.add(difference(seed, mesh, questions.get(i), told, seen));
            }
          }
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
    System.out.printf(
        "%s: %d requests in %d ms%n", envoy, asked, (System.nanoTime() - start) / 1_000_000);
    kinds.forEach((kind, count) -> System.out.printf("  %5d %s%n", count, kind));
    uncertain.forEach((why, count) -> System.out.printf("  uncertain %5d %s%n", count, why));
    assertThat(differences.stream().limit(Integer.getInteger("meshguard.show", 3)))
        .as("%d differences of %d requests", differences.size(), asked)
        .isEmpty();
  }

  private static String difference(
      long seed, RandomMesh mesh, Question question, TraceResult told, ObservedRequest seen) {
    Group group = mesh.groups().get(question.group());
    return "%s%nseed %d%ntrace: %s%nEnvoy: %s%n%s%n%s%n%n"
        .formatted(
            question,
            seed,
            told.first().shares().stream()
                .map(share -> share.outcome().toString())
                .map(TraceDataPlaneIT::brief)
                .toList(),
            seen,
            told.first().steps().stream().map(s -> s.kind() + " " + s.words()).toList(),
            group.objects().stream().map(object -> "\n" + object).toList());
  }

  private static String brief(String outcome) {
    int objects = outcome.indexOf(", objects=");
    return objects < 0 ? outcome : outcome.substring(0, objects);
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
