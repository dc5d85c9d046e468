package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VisibilityTest {

  private static final Mesh NO_DEFAULT = Manifests.closed(config("istio", "{}"));

  @ParameterizedTest
  @CsvSource({
    "'', home, TRUE",
    "'', other, TRUE",
    "'\"*\"', other, TRUE",
    "., home, TRUE",
    "., other, FALSE",
    "other, other, TRUE",
    "other, home, FALSE",
    "'., other', other, TRUE",
    "'\"~\"', home, FALSE",
  })
  void exportToSaysWhoSees(String exportTo, String namespace, Ternary expected) {
    assertThat(Visibility.of(route("home", exportTo), NO_DEFAULT).reaches(namespace))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', other, PUBLIC",
    "'., \"*\"', home, PUBLIC",
    "., home, OWN",
    "home, home, OWN",
    "., other, UNSEEN",
    "'., other', other, NAMED",
    "'\"~\"', home, UNSEEN",
  })
  void exportToSaysWhatComesFirst(String exportTo, String namespace, Visibility.Group expected) {
    assertThat(Visibility.of(route("home", exportTo), NO_DEFAULT).group(namespace))
        .contains(expected);
  }

  @Test
  void meshConfigurationGivesTheDefault() {
    Mesh hidden = Manifests.closed(config("istio", "{defaultVirtualServiceExportTo: [\".\"]}"));
    assertThat(Visibility.of(route("home", ""), hidden).reaches("other")).isEqualTo(Ternary.FALSE);
    assertThat(Visibility.of(route("home", "other"), hidden).reaches("other"))
        .isEqualTo(Ternary.TRUE);
    Mesh mixed =
        Manifests.closed(
            config("istio", "{defaultVirtualServiceExportTo: [\".\"]}")
                + "\n---\n"
                + config("istio-canary", "{}"));
    assertThat(Visibility.of(route("home", ""), mixed).reaches("other")).isEqualTo(Ternary.UNKNOWN);
    assertThat(Visibility.of(route("home", ""), mixed).reaches("home")).isEqualTo(Ternary.TRUE);
    assertThat(Visibility.of(route("home", ""), mixed).group("home")).isEmpty();
  }

  @Test
  void serviceSaysItInAnAnnotation() {
    Resource service =
        Manifests.object(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: a, namespace: home, annotations: {networking.istio.io/exportTo: ". , other"}}
            """);
    Visibility visibility = Visibility.of(service, NO_DEFAULT);
    assertThat(visibility.reaches("home")).isEqualTo(Ternary.TRUE);
    assertThat(visibility.reaches("other")).isEqualTo(Ternary.TRUE);
    assertThat(visibility.reaches("third")).isEqualTo(Ternary.FALSE);
  }

  @ParameterizedTest
  @CsvSource({
    "a, '', b, '', TRUE",
    "a, ., a, ., TRUE",
    "a, ., b, ., FALSE",
    "a, ., a, '', FALSE",
    "a, ., b, '', FALSE",
    "a, b, b, ., FALSE",
    "a, c, b, c, TRUE",
    "a, '\"~\"', a, '', FALSE",
    "a, '\"~\"', a, '\"~\"', FALSE",
  })
  void nearerObjectComesFirst(String left, String to, String right, String its, Ternary expected) {
    Visibility one = Visibility.of(route(left, to), NO_DEFAULT);
    Visibility other = Visibility.of(route(right, its), NO_DEFAULT);
    assertThat(one.competes(other)).isEqualTo(expected);
    assertThat(other.competes(one)).isEqualTo(expected);
  }

  private static Resource route(String namespace, String exportTo) {
    return Manifests.object(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: "
            + namespace
            + "}\nspec: {exportTo: ["
            + exportTo
            + "]}");
  }

  private static String config(String name, String mesh) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
        + name
        + ", namespace: istio-system}\ndata:\n  mesh: |\n    "
        + mesh;
  }
}
