package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.kube.LiveFacts.Machines;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.General;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rules.Catalogue;
import io.meshguard.yaml.YamlReader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class FactsHolderTest {

  private static final Version RELEASE = Version.of("9.0");

  @Test
  void versionsOfKubeletsAreCompleteOnlyIfEachNodeTellsOne() {
    Version known = Version.parse("v1.33.1").orElseThrow();

    assertThat(kubelets(Set.of("v1.33.1"))).isEqualTo(new Versions(Set.of(known), true));
    assertThat(kubelets(Set.of("v1.33.1", ""))).isEqualTo(new Versions(Set.of(known), false));
    assertThat(kubelets(Set.of("v1.33.1", "odd"))).isEqualTo(new Versions(Set.of(known), false));
    assertThat(kubelets(Set.of()).complete()).isFalse();
  }

  @Test
  void noThreadUndoesWhatAnotherHasTold() throws Exception {
    for (int round = 0; round < 300; round++) {
      FactsHolder facts = new FactsHolder();
      LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
      CountDownLatch start = new CountDownLatch(1);
      Thread one = started(start, () -> facts.setKubernetes("v1.33.0"));
      Thread two = started(start, () -> facts.setKubelets(Set.of("v1.33.1")));
      start.countDown();
      one.join();
      two.join();
      facts.refresh(mesh, Policy.defaults(Catalogue.infos(), RELEASE).general());

      assertThat(facts.facts().kubelet().known()).hasSize(1);
      assertThat(facts.facts().kubernetes().known()).hasSize(1);
    }
  }

  @Test
  void theDomainOfTheClusterIsRead() {
    FactsHolder facts = new FactsHolder();
    LiveMesh mesh = new LiveMesh(facts::facts);
    String istiod =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istiod, namespace: mesh-system}
        spec:
          template: {spec: {containers: [{name: discovery, args: [discovery, --domain=a.b]}]}}
        """;
    mesh.store(Kind.DEPLOYMENT)
        .put(Resource.of(YamlReader.readOne(istiod).tree(), "", Origin.NONE));
    facts.refresh(mesh, policy("meshguard"));
    assertThat(facts.facts().clusterDomain()).isEqualTo("cluster.local");
    assertThat(facts.facts().domainKnown()).isFalse();

    facts.refresh(mesh, policy("mesh-system"));
    assertThat(facts.facts().clusterDomain()).isEqualTo("a.b");
    assertThat(facts.facts().domainKnown()).isTrue();
  }

  private static General policy(String root) {
    General usual = General.DEFAULT;
    return new General(
        usual.language(),
        usual.contact(),
        usual.docsUrl(),
        usual.istioVersion(),
        usual.kubernetesVersion(),
        usual.platform(),
        usual.clusters(),
        usual.dryRunEnforced(),
        usual.dryRunEnforceFor(),
        usual.gitops(),
        usual.ratchet(),
        usual.stamp(),
        usual.selfService(),
        usual.disclose(),
        Set.of(root),
        usual.controllers(),
        usual.announceRouteChanges(),
        usual.teamLabel(),
        usual.argoCdNamespace(),
        usual.rulesAsOf());
  }

  private static Thread started(CountDownLatch start, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                start.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              task.run();
            });
    thread.start();
    return thread;
  }

  private static Versions kubelets(Set<String> told) {
    return Machines.UNKNOWN.withKubelets(told).kubelet();
  }
}
