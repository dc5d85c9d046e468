package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.change.ChangeReport;
import io.meshguard.change.Comparison;
import io.meshguard.controlplane.LoopbackIdentity;
import io.meshguard.dataplane.DataPlane;
import io.meshguard.dataplane.PodSpec;
import io.meshguard.dataplane.RequiresDataPlane;
import io.meshguard.dataplane.SimulatedPod;
import io.meshguard.match.Budget;
import io.meshguard.trace.Foretold.Shown;
import io.meshguard.trace.Question.Caller;
import io.meshguard.trace.RandomMesh.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes random meshes in front of real Envoys and sends the same requests before and after: what
 * a comparison reports is seen, and what is seen is reported. {@code -Dmeshguard.seed=N} makes
 * other meshes and changes, {@code -Dmeshguard.changes=N} so many for each Envoy.
 */
@RequiresDataPlane
final class ChangeDataPlaneIT {
  private static final long SEED = Long.getLong("meshguard.seed", 20261130);
  private static final int CHANGES = Integer.getInteger("meshguard.changes", 3);
  private static final int CHANGES_PER_MESH = 3;
  private static final int REQUESTS = 700;
  private static final int OBJECTS = 25;

  private static Path certificate = Path.of("");

  private final DataPlane plane;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();

  ChangeDataPlaneIT(DataPlane plane) {
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
  void whatIsReportedIsSeenAndWhatIsSeenIsReported(String envoy) throws Exception {
    plane.useEnvoy(envoy);
    plane.useMutualTls(true);
    try (Stage stage = Stage.open(plane)) {
      for (int done = 0, world = 0; done < CHANGES; done += CHANGES_PER_MESH, world++) {
        long seed = SEED + (envoy.equals("1.40.0") ? 1_000_000 : 0) + world;
        change(stage, seed, Math.min(CHANGES_PER_MESH, CHANGES - done));
      }
    }
    System.out.printf("Envoy %s: %s%n", envoy, counts);
    assertThat(differences.stream().limit(4))
        .as("%d differences, %s", differences.size(), counts)
        .isEmpty();
    assertThat(counts.getOrDefault("reported, seen", 0)).as("%s", counts).isGreaterThan(10);
    assertThat(counts.getOrDefault("equal, seen equal", 0)).as("%s", counts).isGreaterThan(500);
  }

  /** A mesh as it is at one time. */
  private record State(List<JsonNode> stored, Forecast forecast, List<ObjectNode> written) {}

  private void change(Stage stage, long seed, int times) throws Exception {
    RandomMesh mesh = new RandomMesh(seed, stage::address, certificate);
    List<PodSpec> pods =
        stage.pods().stream()
            .map(SimulatedPod::spec)
            // Of Pods that are alike the first is named.
            .sorted(Comparator.comparing(spec -> spec.proxy() == PodSpec.Proxy.NONE))
            .toList();
    Set<Caller> callers =
        Stream.concat(Stage.CLIENTS.stream(), Stage.GATEWAYS.stream())
            .map(
                pod ->
                    new Caller(pod.namespace(), pod.name(), pod.proxy() == PodSpec.Proxy.GATEWAY))
            .collect(Collectors.toSet());
    try {
      List<JsonNode> stored = stage.apply(mesh.objects());
      List<State> states = new ArrayList<>();
      states.add(new State(stored, new Forecast(stored, pods), mesh.objects()));
      Dice dice = new Dice(seed);
      for (int i = 0; i < times; i++) {
        states.add(changed(states.get(i), dice, pods));
      }
      List<Foretold> there = new ArrayList<>();
      List<List<Shown>> shown = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        Foretold one = new Foretold(compare(states.get(i), states.get(i + 1)));
        there.add(one);
        shown.add(one.witnesses(callers));
      }
      List<Question> random = questions(mesh, seed);
      ClusterNames names = new ClusterNames(stored, stage, plane.internet());
      List<Map<Question, ObservedRequest>> seen = new ArrayList<>();
      for (int i = 0; i <= times; i++) {
        if (i > 0) {
          move(stage, states.get(i - 1), states.get(i));
        }
        List<Question> questions = new ArrayList<>(random);
        if (i > 0) {
          shown.get(i - 1).forEach(one -> questions.add(one.question()));
        }
        if (i < times) {
          shown.get(i).forEach(one -> questions.add(one.question()));
        }
        List<Question> once = questions.stream().distinct().toList();
        List<ObservedRequest> observed = stage.ask(once, names);
        Map<Question, ObservedRequest> all = new HashMap<>();
        for (int j = 0; j < once.size(); j++) {
          all.put(once.get(j), observed.get(j));
        }
        seen.add(all);
      }
      for (int i = 0; i < times; i++) {
        judge(
            seed,
            states.get(i),
            states.get(i + 1),
            there.get(i),
            shown.get(i),
            random,
            seen.get(i),
            seen.get(i + 1));
      }
    } finally {
      plane.echo().reset();
      stage.delete(mesh.objects());
    }
  }

  private void judge(
      long seed,
      State before,
      State after,
      Foretold told,
      List<Shown> shown,
      List<Question> random,
      Map<Question, ObservedRequest> was,
      Map<Question, ObservedRequest> is) {
    count("classes", told.report().changes().size());
    count("open", told.report().open().size());
    for (Shown one : shown) {
      ObservedRequest old = Objects.requireNonNull(was.get(one.question()));
      ObservedRequest now = Objects.requireNonNull(is.get(one.question()));
      boolean same = Foretold.look(old).equals(Foretold.look(now));
      if (!Foretold.agrees(one.change().before(), old)
          || !Foretold.agrees(one.change().after(), now)) {
        count("reported, seen otherwise", 1);
        differences.add(
            difference("reported otherwise", seed, one.question(), old, now, before, after)
                + one.change().before()
                + "\n"
                + one.change().after()
                + "\n"
                + one.change().where());
      } else if (!same) {
        count("reported, seen", 1);
      } else if (Foretold.isHidden(one.change())) {
        count("reported, hidden", 1);
      } else {
        count("reported, not seen", 1);
        differences.add(
            difference("reported, not seen", seed, one.question(), old, now, before, after)
                + one.change().before()
                + "\n"
                + one.change().after()
                + "\n"
                + one.change().where());
      }
    }
    for (Question question : random) {
      ObservedRequest old = Objects.requireNonNull(was.get(question));
      ObservedRequest now = Objects.requireNonNull(is.get(question));
      TraceResult first = before.forecast().of(question);
      TraceResult second = after.forecast().of(question);
      boolean chance = Stream.of(first, second).anyMatch(one -> one.first().shares().size() > 1);
      if (chance) {
        count("left to chance", 1);
      } else if (old.status() == 0
          && now.status() == 0
          && old.log().isEmpty() != now.log().isEmpty()) {
        // A connection that the proxy ends may end before its line is written.
        count("not logged", 1);
      } else if (Foretold.look(old).equals(Foretold.look(now))) {
        count("equal, seen equal", 1);
      } else if (told.tells(question, old, now)) {
        count("changed, reported", 1);
      } else {
        count("changed, not reported", 1);
        differences.add(
            difference("not reported", seed, question, old, now, before, after)
                + first.first().outcome()
                + "\n"
                + second.first().outcome());
      }
    }
  }

  private void count(String what, int more) {
    counts.merge(what, more, Integer::sum);
  }

  private static String difference(
      String what,
      long seed,
      Question question,
      ObservedRequest old,
      ObservedRequest now,
      State before,
      State after) {
    StringBuilder text = new StringBuilder();
    text.append(what).append(", seed ").append(seed).append('\n');
    text.append(question).append("\nbefore: ").append(old).append("\nafter: ").append(now);
    Map<String, ObjectNode> later = byName(after.written());
    byName(before.written())
        .forEach(
            (name, object) -> {
              if (!object.equals(later.get(name))) {
                text.append("\n- ").append(object).append("\n+ ").append(later.get(name));
              }
            });
    return text.append('\n').toString();
  }

  private static ChangeReport compare(State before, State after) {
    return Comparison.of(
        before.forecast().mesh(),
        before.forecast().objects(),
        after.forecast().mesh(),
        after.forecast().objects(),
        () -> new Budget(100_000_000, 20_000_000, () -> false),
        groups -> {});
  }

  private static String name(JsonNode object) {
    return object.path("kind").asText()
        + " "
        + object.at("/metadata/namespace").asText()
        + "/"
        + object.at("/metadata/name").asText();
  }

  private static Map<String, ObjectNode> byName(List<ObjectNode> objects) {
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    objects.forEach(object -> all.put(name(object), object));
    return all;
  }

  private static State changed(State state, Dice dice, List<PodSpec> pods) {
    RandomChange change = new RandomChange(dice);
    List<ObjectNode> written = new ArrayList<>(state.written());
    List<String> chosen =
        dice.some(
            OBJECTS,
            written.stream()
                .map(ChangeDataPlaneIT::name)
                .filter(
                    name -> name.startsWith("VirtualService") || name.startsWith("DestinationRule"))
                .toList());
    List<JsonNode> stored = new ArrayList<>(state.stored());
    for (String name : chosen) {
      ObjectNode old = Objects.requireNonNull(byName(written).get(name));
      Optional<ObjectNode> now = change.of(old);
      written.removeIf(object -> name(object).equals(name));
      now.ifPresent(written::add);
      for (int i = stored.size() - 1; i >= 0; i--) {
        if (name(stored.get(i)).equals(name)) {
          if (now.isPresent()) {
            ObjectNode as = stored.get(i).deepCopy();
            as.set("spec", now.get().get("spec"));
            stored.set(i, as);
          } else {
            stored.remove(i);
          }
        }
      }
    }
    return new State(stored, new Forecast(stored, pods), written);
  }

  private static void move(Stage stage, State before, State after) throws Exception {
    Map<String, ObjectNode> old = byName(before.written());
    Map<String, ObjectNode> now = byName(after.written());
    List<ObjectNode> gone =
        old.values().stream().filter(object -> !now.containsKey(name(object))).toList();
    List<ObjectNode> other =
        now.values().stream().filter(object -> !object.equals(old.get(name(object)))).toList();
    stage.delete(gone);
    stage.apply(other);
  }

  private static List<Question> questions(RandomMesh mesh, long seed) {
    RandomQuestions random = new RandomQuestions(seed);
    List<Question> questions = new ArrayList<>();
    List<Group> groups = mesh.groups();
    for (int i = 0; i < REQUESTS; i++) {
      questions.add(random.next(groups.get(i % groups.size())));
    }
    return questions;
  }
}
