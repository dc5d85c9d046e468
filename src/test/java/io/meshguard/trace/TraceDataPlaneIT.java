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
 * meshes, and compares with what trace says. {@code -Dmeshguard.seed=N} asks other questions,
 * {@code -Dmeshguard.requests=N} so many of each Envoy.
 */
@RequiresDataPlane
final class TraceDataPlaneIT {
  private static final long SEED = Long.getLong("meshguard.seed", 20261201);
  private static final int REQUESTS = Integer.getInteger("meshguard.requests", 5_000);
  private static final int PER_MESH = 1_700;

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
    Map<String, Integer> kinds = new TreeMap<>();
    List<String> uncertain = new ArrayList<>();
    List<String> differences = new ArrayList<>();
    int asked = 0;
    try (Stage stage = Stage.open(plane)) {
      for (int world = 0; asked < REQUESTS; world++) {
        long seed = SEED + (envoy.equals("1.40.0") ? 1_000_000 : 0) + world;
        RandomMesh mesh = new RandomMesh(seed, stage::address, certificate);
        try {
          List<JsonNode> stored = stage.apply(mesh.objects());
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
              uncertain.add(questions.get(i) + " " + told.branches().get(0).assumed());
            } else if (!Forecast.agrees(told.first(), seen)) {
              differences.add(difference(seed, mesh, questions.get(i), told, seen));
            }
          }
        } finally {
          plane.echo().reset();
          stage.delete(mesh.objects());
        }
      }
    }
    System.out.printf(
        "Envoy %s: %d requests, %s uncertain%n%s%n", envoy, asked, uncertain.size(), kinds);
    assertThat(differences.stream().limit(3))
        .as("%d differences of %d requests", differences.size(), asked)
        .isEmpty();
    assertThat(uncertain).as("requests that trace does not decide").hasSizeLessThan(asked / 20);
    int answered =
        kinds.entrySet().stream()
            .filter(kind -> kind.getKey().startsWith("answered"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(answered).as("requests that reached a server").isGreaterThan(asked / 5);
    assertThat(kinds).as("what becomes of requests").hasSizeGreaterThan(15);
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
