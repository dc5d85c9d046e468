package io.meshguard.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeshTableTest {

  /** Matches of two VirtualServices for one host, and whether one sidecar has routes of both. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; {}; true",
        "{sourceLabels: {app: a}}; {}; true",
        "{sourceLabels: {app: a}}; {sourceLabels: {app: a, env: x}}; true",
        "{sourceLabels: {app: a}}; {sourceLabels: {app: b}}; false",
        "{sourceNamespace: a}; {sourceNamespace: a}; true",
        "{sourceNamespace: a}; {sourceNamespace: b}; false",
        "{sourceNamespace: a}; {sourceLabels: {app: a}}; true",
        "{port: 80}; {port: 8080}; false",
        "{port: 80}; {uri: {prefix: /}}; true",
        "{gateways: [edge]}; {}; false",
        "{gateways: [mesh], sourceNamespace: a}; {sourceNamespace: b}; true",
      })
  void twoCompeteWhereASidecarHasRoutesOfBoth(String one, String other, boolean compete) {
    String objects = virtualService("one", one) + "---\n" + virtualService("other", other);

    assertThat(rivals(objects)).hasSize(compete ? 2 : 0);
  }

  @Test
  void theYoungerLosesToTheOlder() {
    List<MeshTable.Rival> rivals =
        rivals(
            virtualService("one, creationTimestamp: \"2026-01-01T00:00:00Z\"", "{}")
                + "---\n"
                + virtualService("other, creationTimestamp: \"2026-01-02T00:00:00Z\"", "{}"));

    assertThat(rivals).singleElement().matches(MeshTable.Rival::comesFirst);
    assertThat(rivals.get(0).virtualService().name()).isEqualTo("one");
  }

  @Test
  void thousandsForOneHostAreNotAllCompared() {
    String matches =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "{sourceLabels: {app: %s-" + i + "}}")
            .collect(Collectors.joining(", "));
    String objects =
        IntStream.range(0, 300)
            .mapToObj(i -> virtualService("v" + i, matches.replace("%s", "v" + i)))
            .collect(Collectors.joining("---\n"));
    Mesh mesh = Manifests.closed(objects);
    Resource first = Manifests.object(virtualService("v0", matches.replace("%s", "v0")));
    MeshTable table = new MeshTable(first, mesh);

    assertThat(table.rival(VirtualServices.hosts(first).get(0))).isEmpty();
    assertThat(table.isCutShort()).isTrue();
  }

  private static List<MeshTable.Rival> rivals(String yaml) {
    Mesh mesh = Manifests.closed(yaml);
    return Manifests.objects(yaml).stream()
        .flatMap(
            object ->
                new MeshTable(object, mesh).rival(VirtualServices.hosts(object).get(0)).stream())
        .toList();
  }

  private static String virtualService(String metadata, String matches) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {namespace: shop, name: %s}
    spec: {hosts: [web], gateways: [mesh, edge], http: [{match: [%s]}]}
    """
        .formatted(metadata, matches);
  }
}
