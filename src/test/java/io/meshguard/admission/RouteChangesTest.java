package io.meshguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RouteChangesTest {

  private static final long LONG = 60_000_000_000L;

  private static final String AROUND =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: catalog, namespace: shop}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: images, namespace: shop}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-system}
      spec:
        selector: {istio: ingressgateway}
        servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
      ---
      """;

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop.example.com]
        gateways: [istio-system/public]
        http:
      """;

  private static final String IMAGES =
      "  - {match: [{uri: {prefix: /catalog-images}}], route: [{destination: {host: images}}]}\n";
  private static final String CATALOG =
      "  - {match: [{uri: {prefix: /catalog}}], route: [{destination: {host: catalog}}]}\n";

  private static List<String> lines(String before, String after) {
    return lines(before, after, Language.EN, LONG);
  }

  private static List<String> lines(String before, String after, Language language, long nanos) {
    Resource old = Manifests.object(before);
    Mesh mesh = Manifests.closed(AROUND + before);
    return new RouteChanges(new ReviewMessages(language, "", "705ab4f5"), true)
        .of(old, Manifests.object(after), mesh, nanos);
  }

  @Test
  void aMoveIsToldWithTheRouteThatTakesTheRequests() {
    assertThat(lines(ROUTES + IMAGES + CATALOG, ROUTES + CATALOG + IMAGES))
        .containsExactly(
            "this change moves GET /catalog-images from images.shop to catalog.shop"
                + " (spec.http[0].match[0])");
    assertThat(lines(ROUTES + IMAGES + CATALOG, ROUTES + CATALOG + IMAGES, Language.ZH, LONG))
        .containsExactly(
            "此改变使 GET /catalog-images 从 images.shop 转到" + " catalog.shop（spec.http[0].match[0]）");
  }

  @Test
  void whatMovesNothingIsNotTold() {
    String other = CATALOG.replace("/catalog", "/x");
    assertThat(lines(ROUTES + IMAGES + other, ROUTES + other + IMAGES)).isEmpty();
    assertThat(lines(ROUTES + IMAGES, ROUTES + IMAGES)).isEmpty();
  }

  @Test
  void errorsComeFirst() {
    assertThat(lines(ROUTES + IMAGES + CATALOG, ROUTES + CATALOG.replace("/catalog", "/catalog-")))
        .first()
        .asString()
        .startsWith("this change moves GET /catalog from catalog.shop to 404 NR");
  }

  @Test
  void moreThanThreeAreCounted() {
    StringBuilder before = new StringBuilder(ROUTES);
    StringBuilder after = new StringBuilder(ROUTES);
    for (int i = 0; i < 6; i++) {
      String route = CATALOG.replace("/catalog", "/r" + i + "/");
      before.append(route);
      after.append(route.replace("route:", "redirect: {uri: /n" + i + "}, x-route:"));
    }
    List<String> lines = lines(before.toString(), after.toString());
    assertThat(lines).hasSize(3);
    assertThat(lines.get(2))
        .isEqualTo("this change moves 4 further kinds of requests; meshguard diff shows all");
  }

  @Test
  void limitsAreNamed() {
    assertThat(lines(ROUTES + CATALOG, ROUTES + CATALOG.replace("route:", "timeout: 3s, route:")))
        .containsExactly(
            "this change gives GET /catalog other limits: timeout (spec.http[0].match[0])");
  }

  @Test
  void aGatewayNamesNoRoutesOfOthers() {
    Resource gateway = Manifests.objects(AROUND).get(2);
    Resource other =
        Manifests.objects(AROUND.replace("hosts: [\"*\"]", "hosts: [a.example.com]")).get(2);
    Mesh mesh = Manifests.closed(AROUND + ROUTES + CATALOG);
    assertThat(
            new RouteChanges(new ReviewMessages(Language.EN, "", "705ab4f5"), true)
                .of(gateway, other, mesh, LONG))
        .containsExactly("this change moves requests that come through this Gateway: 1 kind");
  }

  @Test
  void workThatTakesTooLongIsLeft() {
    assertThat(lines(ROUTES + IMAGES + CATALOG, ROUTES + CATALOG + IMAGES, Language.EN, 1))
        .containsExactly(
            "what this change does to requests was not worked out in time; meshguard diff shows"
                + " it");
  }
}
