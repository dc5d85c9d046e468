package io.meshguard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.bench.Load.Result;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.LiveMesh;
import io.meshguard.server.mesh.MeshSeed;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The webhook with all rules on, against endpoints that allow everything, in the same process, with
 * the same TLS and the same bodies: the same object again and again, and ever new ones; see
 * docs/performance.md.
 */
@QuarkusTest
@TestProfile(WebhookBench.Quiet.class)
class WebhookBench {

  private static final int MANY = 16;
  private static final int ROUNDS = 5;
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final Duration MEASURED = Duration.ofSeconds(1);
  private static final double FLOOR = 0.7;
  private static final List<String> BODIES = List.of("virtual-service", "deployment");
  private static final List<String> NOTHING = List.of("/null", "/read");
  private static final List<String> PATHS = List.of("/validate", "/mutate");

  /** All rules, off-by-default ones included; two of them mend, so that /mutate has work to do. */
  private static final String POLICY =
      """
      {"apiVersion":"v1","kind":"ConfigMap",
       "metadata":{"name":"meshguard-policy","namespace":"meshguard"},
       "data":{"policy.yaml":"rules: {'*': warn}",
         "implicit-retries":"fix","app-starts-before-proxy":"fix"}}\
      """;

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  URI server;

  @Inject
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  LiveMesh mesh;

  @Inject
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  PolicyHolder policy;

  /** A log line for every denial is not what is measured. */
  public static final class Quiet implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.log.level", "WARN");
    }
  }

  @BeforeEach
  void switchEverythingOn() throws JsonProcessingException {
    MeshSeed.fill(
        mesh,
        SampleMesh.objects(),
        Catalogue.infos().stream()
            .map(RuleInfo::reads)
            .flatMap(kinds -> kinds.stream())
            .distinct()
            .toList());
    Resource configMap = Resource.of(new ObjectMapper().readTree(POLICY), "meshguard", Origin.NONE);
    assertThat(policy.offer(configMap, Clock.systemUTC().instant()).problems()).isEmpty();
  }

  @Test
  void isNotMuchSlowerThanDoingNothing() {
    Load many = new Load(server, MANY);
    for (String body : BODIES) {
      for (String nothing : NOTHING) {
        many.run(nothing, Bodies.again(body(body)), WARM_UP);
      }
      PATHS.forEach(path -> many.run(path, Bodies.fresh(body(body)), WARM_UP));
    }
    List<String> tooSlow = new ArrayList<>();
    for (int connections : List.of(1, MANY)) {
      Load load = new Load(server, connections);
      for (String body : BODIES) {
        for (String path : PATHS) {
          String name = "%2d %s %s".formatted(connections, body, path);
          double ratio = compare(load, name + " again", path, Bodies.again(body(body)));
          compare(load, name + " fresh", path, Bodies.fresh(body(body)));
          if (connections == MANY && ratio < FLOOR) {
            tooSlow.add(name);
          }
        }
      }
    }
    assertThat(tooSlow).as("below %s of the null endpoint's throughput", FLOOR).isEmpty();
  }

  /**
   * Takes turns, so that what else the machine does hits all alike; returns the median ratio to the
   * endpoint that does nothing.
   */
  private static double compare(Load load, String name, String path, Bodies bodies) {
    List<Result> results = new ArrayList<>();
    Map<String, List<Result>> nothing = new LinkedHashMap<>();
    for (int i = 0; i < ROUNDS; i++) {
      for (String endpoint : NOTHING) {
        nothing
            .computeIfAbsent(endpoint, k -> new ArrayList<>())
            .add(load.run(endpoint, bodies, MEASURED));
      }
      results.add(load.run(path, bodies, MEASURED));
    }
    System.out.printf(
        "%n%-40s %9.0f/s %7.0f µs p50 %7.0f µs p99 %6.0f µs CPU %5.0f KB%n",
        name,
        median(results, Result::perSecond),
        median(results, Result::p50),
        median(results, Result::p99),
        median(results, Result::processor),
        median(results, Result::allocated) / 1024);
    nothing.forEach((endpoint, theirs) -> print(endpoint, results, theirs));
    return ratio(results, nothing.get(NOTHING.get(0)), Result::perSecond);
  }

  private static void print(String endpoint, List<Result> results, List<Result> theirs) {
    System.out.printf(
        "   %-37s %9.0f/s   ratio: throughput %.2f, p50 %.1f, p99 %.1f%n",
        "to " + endpoint,
        median(theirs, Result::perSecond),
        ratio(results, theirs, Result::perSecond),
        ratio(results, theirs, Result::p50),
        ratio(results, theirs, Result::p99));
  }

  /** Returns the median of the ratios round by round. */
  private static double ratio(
      List<Result> results, List<Result> theirs, ToDoubleFunction<Result> value) {
    return IntStream.range(0, results.size())
        .mapToDouble(i -> value.applyAsDouble(results.get(i)) / value.applyAsDouble(theirs.get(i)))
        .sorted()
        .toArray()[results.size() / 2];
  }

  private static double median(List<Result> results, ToDoubleFunction<Result> value) {
    return results.stream().mapToDouble(value).sorted().toArray()[results.size() / 2];
  }

  private static byte[] body(String name) {
    try {
      return Files.readAllBytes(Path.of("src/bench/resources", name + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
