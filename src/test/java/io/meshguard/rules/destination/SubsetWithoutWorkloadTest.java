package io.meshguard.rules.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a cluster shows: Pods that their own workloads made. */
final class SubsetWithoutWorkloadTest {

  /** A webhook may put labels on Pods that no template has. */
  @ParameterizedTest
  @CsvSource({"v2, 0", "v1, 1"})
  void aLabelThatAPodHasIsThere(String version, int findings) {
    Resource rule =
        Manifests.object(
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a, namespace: shop}
            spec: {host: a, subsets: [{name: v2, labels: {version: v2}}]}
            """);
    List<Resource> objects =
        List.of(
            rule,
            Manifests.object(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: a, namespace: shop}
                spec: {selector: {app: a}, ports: [{name: http, port: 80}]}
                """),
            Manifests.object(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: a, namespace: shop}
                spec: {template: {metadata: {labels: {app: a}}, spec: {containers: [{name: app}]}}}
                """),
            Manifests.object(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: a-x
                  namespace: shop
                  labels: {app: a, version: %s}
                  ownerReferences:
                  - {apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: "1", controller: true}
                spec: {containers: [{name: app}]}
                """
                    .formatted(version)),
            Manifests.object(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: a, namespace: shop}
                spec:
                  hosts: [a]
                  http: [{route: [{destination: {host: a, subset: v2}}]}]
                """));
    Report report = new Report(new SubsetWithoutWorkload(), rule, Parameters.NONE);
    new SubsetWithoutWorkload()
        .check(rule, new ObjectMesh(objects, kind -> true, MeshFacts.UNKNOWN), report);
    assertThat(report.findings()).hasSize(findings);
  }
}
