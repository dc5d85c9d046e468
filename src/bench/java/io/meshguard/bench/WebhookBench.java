package io.meshguard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshguard.bench.Load.Result;
import io.meshguard.cluster.LiveMesh;
import io.meshguard.cluster.MeshSeed;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The webhook with all rules on, against an endpoint that does nothing, in the same process, with
 * the same TLS and the same bodies; see docs/performance.md.
 */
@QuarkusTest
@TestProfile(WebhookBench.Quiet.class)
class WebhookBench {

  private static final int MANY = 16;
  private static final int ROUNDS = 7;
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final Duration MEASURED = Duration.ofMillis(1500);
  private static final double FLOOR = 0.7;
  private static final List<String> BODIES = List.of("virtual-service", "deployment");
  private static final List<String> PATHS = List.of("/validate", "/mutate");

  /** All rules, off-by-default ones included; two of them mend, so that /mutate has work to do. */
  private static final String POLICY =
      """
      {"apiVersion":"v1","kind":"ConfigMap",
       "metadata":{"name":"meshguard-policy","namespace":"meshguard"},
       "data":{"policy.yaml":"rules: {'*': warn}",
         "implicit-retries":"fix","app-starts-before-proxy":"fix"}}""";

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
      many.run("/null", body(body), WARM_UP);
      PATHS.forEach(path -> many.run(path, body(body), WARM_UP));
    }
    System.out.printf(
        "%n%-34s %9s %8s %8s %7s %7s | %7s %7s %7s%n",
        "connections, body, path",
        "answers/s",
        "p50 µs",
        "p99 µs",
        "CPU µs",
        "KB",
        "ratio",
        "p50",
        "p99");
    List<String> tooSlow = new ArrayList<>();
    for (int connections : List.of(1, MANY)) {
      Load load = new Load(server, connections);
      for (String body : BODIES) {
        for (String path : PATHS) {
          String name = "%2d %s %s".formatted(connections, body, path);
          double ratio = compare(load, name, path, body(body));
          if (connections == MANY && ratio < FLOOR) {
            tooSlow.add(name);
          }
        }
      }
    }
    assertThat(tooSlow).as("below %s of the null endpoint's throughput", FLOOR).isEmpty();
  }

  /** Takes turns, so that what else the machine does hits both alike; returns the median ratio. */
  private static double compare(Load load, String name, String path, byte[] body) {
    List<Result> nulls = new ArrayList<>();
    List<Result> results = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      Result nothing = load.run("/null", body, MEASURED);
      Result result = load.run(path, body, MEASURED);
      nulls.add(nothing);
      results.add(result);
      ratios.add(result.perSecond() / nothing.perSecond());
    }
    ratios.sort(Comparator.naturalOrder());
    double ratio = ratios.get(ROUNDS / 2);
    print(name, results, ratio, nulls);
    print("   /null", nulls, 1, nulls);
    return ratio;
  }

  private static void print(String name, List<Result> results, double ratio, List<Result> nulls) {
    System.out.printf(
        "%-34s %9.0f %8.0f %8.0f %7.0f %7.0f | %7.2f %7.2f %7.2f%n",
        name,
        median(results, Result::perSecond),
        median(results, Result::p50),
        median(results, Result::p99),
        median(results, Result::processor),
        median(results, Result::allocated) / 1024,
        ratio,
        median(results, Result::p50) / median(nulls, Result::p50),
        median(results, Result::p99) / median(nulls, Result::p99));
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
