package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServiceWorkloadsTest {

  private static final Mesh MESH =
      Manifests.closed(
          """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, namespace: shop}
          spec: {template: {metadata: {labels: {app: web, version: v1}}}}
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web, namespace: other}
          spec: {template: {metadata: {labels: {app: web, tier: a}}}}
          ---
          apiVersion: batch/v1
          kind: CronJob
          metadata: {name: job, namespace: shop}
          spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: web}}}}}}
          ---
          apiVersion: v1
          kind: Pod
          metadata:
            name: web-1
            namespace: shop
            labels: {app: web}
            ownerReferences: [{kind: ReplicaSet, name: web, controller: true}]
          """);

  @Test
  void selectsByTheLabelsOfThePodsInItsNamespace() {
    assertThat(workloads("{app: web}")).containsExactlyInAnyOrder("web", "job");
    assertThat(workloads("{app: web, version: v1}")).containsExactly("web");
    assertThat(workloads("{tier: a}")).isEmpty();
  }

  @Test
  void noSelectorSelectsNothing() {
    assertThat(workloads("{}")).isEmpty();
  }

  private static List<String> workloads(String selector) {
    Resource service =
        Manifests.object(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {selector: "
                + selector
                + "}");
    return ServiceWorkloads.of(service, MESH).stream().map(w -> w.object().name()).toList();
  }
}
