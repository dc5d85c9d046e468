package io.meshguard.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterTableTest {

  private static final String WORLD =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: web, namespace: shop}
      spec: {host: web, subsets: [{name: v1}]}
      ---
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{host: web}; Forwarded",
        "{host: web, port: {}}; Forwarded",
        "{host: web, port: {number: 80}, subset: v1}; Forwarded",
        "{host: web.shop.svc.cluster.local}; Forwarded",
        "{host: gone}; NoHost",
        "{host: web.shop}; NoHost",
        "{host: web, port: {number: 81}}; NoPort",
        "{host: web, subset: v2}; NoSubset",
        "{host: $(HOST)}; Unknown",
        "{host: 10.0.0.1}; Unknown",
        "{host: [web]}; Unknown",
        "{}; Unknown",
      })
  void anOutcomeSaysWhatBecomesOfTraffic(String destination, String outcome) {
    assertThat(names(outcomes(Manifests.closed(WORLD), List.of(destination))))
        .containsExactly(outcome);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{host: gone}", "{host: web.shop}", "{host: web, subset: v2}"})
  void whatIsNotKnownToBeMissingIsNotMissing(String destination) {
    assertThat(outcomes(Manifests.open(WORLD), List.of(destination)))
        .noneMatch(Outcome.NoCluster.class::isInstance);
  }

  /** Ten times as many of everything cost ten times as much, and not a hundred times. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{host: web, subset: s%d}",
        "{host: h%d.example.com}",
        "{host: many}",
        "{host: h%d.example.com, port: {number: 1}}",
      })
  void workGrowsWithWhatIsGiven(String destination) {
    long some = work(destination, 300);
    long more = work(destination, 3_000);

    assertThat(more).isLessThan(40 * some);
  }

  @Test
  void hostsAreLookedUpOnce() {
    HostTable hosts = new HostTable(Manifests.closed(WORLD));

    assertThat(hosts.find("web.shop.svc.cluster.local"))
        .isSameAs(hosts.find("web.shop.svc.cluster.local"))
        .isInstanceOf(HostTable.Host.class);
  }

  private static long work(String destination, int many) {
    Mesh mesh =
        Manifests.closed(
            WORLD
                + rule(many)
                + service(many)
                + "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\n"
                + "metadata: {name: e, namespace: shop}\n"
                + "spec: {ports: [{number: 1, protocol: HTTP}], hosts: ["
                + listed(many, "h%d.example.com")
                + "]}\n");
    List<String> destinations =
        IntStream.range(0, many).mapToObj(i -> destination.formatted(i)).toList();
    AtomicLong looks = new AtomicLong();
    Deadline.within(
        looks::incrementAndGet, Long.MAX_VALUE, () -> outcomes(mesh, destinations).size());
    return looks.get();
  }

  private static String rule(int many) {
    return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"
        + "metadata: {name: many, namespace: shop}\nspec: {host: web, subsets: ["
        + listed(many, "{name: s%d}")
        + "]}\n---\n";
  }

  private static String service(int many) {
    return "apiVersion: v1\nkind: Service\nmetadata: {name: many, namespace: shop}\n"
        + "spec: {ports: ["
        + listed(many, "{port: 1%04d}")
        + "]}\n---\n";
  }

  private static String listed(int many, String form) {
    return IntStream.range(0, many)
        .mapToObj(i -> form.formatted(i))
        .collect(Collectors.joining(", "));
  }

  private static List<Outcome> outcomes(Mesh mesh, List<String> destinations) {
    Resource object =
        Manifests.object(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: a, namespace: shop}
            spec: {hosts: [web], http: [%s]}
            """
                .formatted(
                    destinations.stream()
                        .map(one -> "{route: [{destination: " + one + "}]}")
                        .collect(Collectors.joining(", "))));
    ClusterTable table = new ClusterTable(object, mesh);
    return Destination.of(object).stream().map(table::of).toList();
  }

  private static List<String> names(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(one -> one instanceof Outcome.NoCluster missing ? missing.cause() : one)
        .map(one -> one.getClass().getSimpleName())
        .toList();
  }
}
