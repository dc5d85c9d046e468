package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorldTest {
  @Test
  void whatIsTakenForGrantedIsThere() {
    World world =
        World.of(
            List.of(
                """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: gw, namespace: shop}
                spec:
                  selector: {istio: ingressgateway}
                  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: vs, namespace: shop}
                spec:
                  hosts: [shop.example.com]
                  gateways: [gw]
                  http:
                  - route:
                    - destination: {host: catalog, subset: v1, port: {number: 9080}}
                    - destination: {host: www.example.com}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: catalog, namespace: shop}
                spec:
                  host: catalog.shop.svc.cluster.local
                  subsets:
                  - {name: v1, labels: {version: "1"}}
                  - {name: v2, labels: {version: "2"}}
                """));

    assertThat(world.pods())
        .extracting(PodSpec::name)
        .containsExactly("gateway", "catalog-v1", "catalog-v2");
    assertThat(world.pods().get(0).proxy()).isEqualTo(PodSpec.Proxy.GATEWAY);
    assertThat(world.pods().get(1).labels())
        .containsEntry("app", "catalog")
        .containsEntry("version", "1");
    assertThat(world.objects())
        .filteredOn(object -> Manifests.kind(object).equals("Service"))
        .singleElement()
        .satisfies(service -> assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(9080));
  }

  @Test
  void aWorkloadHasASidecarWhereItAsksForOne() {
    World world =
        World.of(
            List.of(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  replicas: 2
                  template:
                    metadata:
                      labels: {app: web, sidecar.istio.io/inject: "true"}
                      annotations:
                        proxy.istio.io/config: '{proxyMetadata: {ISTIO_META_HTTP10: "1"}}'
                    spec:
                      containers: [{name: web, ports: [{containerPort: 8080, name: http}]}]
                """));

    assertThat(world.pods()).extracting(PodSpec::name).containsExactly("web-0", "web-1");
    assertThat(world.pods())
        .allSatisfy(
            pod -> {
              assertThat(pod.proxy()).isEqualTo(PodSpec.Proxy.SIDECAR);
              assertThat(pod.ports()).containsEntry(8080, "http");
              assertThat(pod.metadata()).containsEntry("HTTP10", TextNode.valueOf("1"));
            });
  }
}
