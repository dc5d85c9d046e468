package io.meshguard.rules.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.mesh.Version;
import io.meshguard.resource.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FieldListTest {

  private static final long LARGEST = 300_000;

  @Test
  void theListIsSmallAndKnowsEverySubject() throws IOException {
    assertThat(Files.size(FieldListGenerator.OUTPUT)).isLessThan(LARGEST);
    for (Kind kind : new UnknownField().info().subjects()) {
      FieldNode root = FieldList.bundled().of(kind).orElseThrow();
      assertThat(root.fields()).as(kind.toString()).containsKeys("apiVersion", "kind", "metadata");
    }
  }

  @Test
  void metadataAndOpenObjectsAreNotDescribed() {
    FieldNode filter = FieldList.bundled().of(Kind.ENVOY_FILTER).orElseThrow();
    FieldNode patch = below(below(below(filter, "spec"), "configPatches"), "patch");
    assertThat(patch.field("value").orElseThrow().node()).isEmpty();
    FieldNode deployment = FieldList.bundled().of(Kind.DEPLOYMENT).orElseThrow();
    assertThat(deployment.field("metadata").orElseThrow().node()).isEmpty();
    FieldNode template = below(below(deployment, "spec"), "template");
    assertThat(template.field("metadata").orElseThrow().node()).isEmpty();
    assertThat(below(template, "spec").field("containers").orElseThrow().list()).isTrue();
  }

  @Test
  void fieldsOfEveryLineAreThere() {
    FieldNode rule = FieldList.bundled().of(Kind.DESTINATION_RULE).orElseThrow();
    FieldNode balancer = below(below(below(rule, "spec"), "trafficPolicy"), "loadBalancer");
    assertThat(balancer.field("warmupDurationSecs")).as("in every line").isPresent();
    assertThat(balancer.field("warmup")).as("not yet in 1.22").isPresent();
  }

  @Test
  void readsItsOwnFormat() {
    FieldList list =
        FieldList.parse(
            List.of(
                "# text",
                "istio 1.20 1.29",
                "kubernetes 1.35",
                "0 a",
                "1 *=0",
                "2 b[]=0 c=1 d",
                "kind g/K 2"));
    assertThat(list.newestIstio()).isEqualTo(Version.of("1.29"));
    assertThat(list.newestKubernetes()).isEqualTo(Version.of("1.35"));
    FieldNode root = list.of(new Kind("g", "K", "ks", true, List.of("v1"))).orElseThrow();
    assertThat(root.field("b").orElseThrow().list()).isTrue();
    assertThat(below(below(root, "c"), "anything").field("a")).isPresent();
    assertThat(root.field("d").orElseThrow().node()).isEmpty();
    assertThat(root.field("e")).isEmpty();
    assertThat(list.of(Kind.SERVICE)).isEmpty();
  }

  @Test
  void aNodeThatIsNotThereIsAMistake() {
    FieldList list = FieldList.parse(List.of("0 a=7", "kind apps/Deployment 0"));
    assertThatThrownBy(() -> list.of(Kind.DEPLOYMENT)).hasMessageContaining("no node 7");
  }

  private static FieldNode below(FieldNode node, String name) {
    return node.field(name).orElseThrow().node().orElseThrow();
  }
}
