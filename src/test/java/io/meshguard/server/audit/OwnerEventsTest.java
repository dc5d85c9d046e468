package io.meshguard.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.audit.Failure;
import io.meshguard.audit.Judge;
import io.meshguard.audit.Owner;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.engine.Engine;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.policy.General;
import io.meshguard.policy.Policy;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rules.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@RequiresControlPlane
class OwnerEventsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Owner.Marks MARKS = Owner.Marks.of(General.DEFAULT);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final String BAD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %s, namespace: shop, %s}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      """;

  private static final String ARGO =
      "annotations: {argocd.argoproj.io/tracking-id: 'shop:networking.istio.io/VirtualService:x/y'}";
  private static final String FLUX =
      "labels: {kustomize.toolkit.fluxcd.io/name: apps,"
          + " kustomize.toolkit.fluxcd.io/namespace: owner-flux}";
  private static final String HELM =
      "labels: {helm.toolkit.fluxcd.io/name: mesh, helm.toolkit.fluxcd.io/namespace: owner-flux}";

  @Test
  void oneEventStandsOnEachOwnerWhereItsToolsLook(ControlPlane cluster) throws Exception {
    cluster.applyCrds(Files.readString(Path.of("src/test/resources/crds/gitops.yaml")));
    cluster.createNamespace("argocd", Map.of());
    cluster.createNamespace("owner-flux", Map.of());
    apply(
        cluster,
        """
        {apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: shop, namespace: argocd}}
        ---
        {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: apps, namespace: owner-flux}}
        ---
        {apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: mesh, namespace: owner-flux}}
        """);
    try (KubernetesClient client = ClusterReader.client(Clients.config(cluster))) {
      OwnerEvents events = new OwnerEvents(client);
      List<Failure> all = new ArrayList<>();
      all.addAll(failures("a", ARGO));
      all.addAll(failures("b", ARGO));
      all.addAll(failures("c", FLUX));
      all.addAll(failures("d", HELM));
      all.addAll(failures("gone", ARGO.replace("'shop:", "'nowhere:")));
      all.addAll(failures("alone", "labels: {app.kubernetes.io/instance: shop}"));
      events.take(all, MARKS, Language.EN);
      events.send(NOW);

      // what kubectl describe shows is what it finds by the uid, as Argo CD does
      assertThat(run(cluster, "describe", "application", "shop", "-n", "argocd"))
          .contains("Warning  Findings")
          .contains(
              "2 findings in 2 objects: 2 deny. First: [unreachable-route] VirtualService shop/a;"
                  + " [unreachable-route] VirtualService shop/b. All: meshguard audit --owner"
                  + " Application/argocd/shop");
      String uid =
          run(cluster, "get", "app", "shop", "-n", "argocd", "-o", "jsonpath={.metadata.uid}");
      assertThat(
              run(
                  cluster,
                  "get",
                  "events",
                  "-n",
                  "argocd",
                  "-o",
                  "name",
                  "--field-selector",
                  "involvedObject.name=shop,involvedObject.namespace=argocd,involvedObject.uid="
                      + uid))
          .contains("meshguard.owner.");
      // and what flux events --for shows is what it finds by kind and name
      for (String kind : List.of("Kustomization", "HelmRelease")) {
        assertThat(run(cluster, "events", "-n", "owner-flux", "-o", "json"))
            .contains("\"kind\": \"" + kind + "\"");
      }
      assertThat(run(cluster, "describe", "kustomization.kustomize", "apps", "-n", "owner-flux"))
          .contains("[unreachable-route] VirtualService shop/c");
      assertThat(run(cluster, "describe", "hr", "mesh", "-n", "owner-flux"))
          .contains("meshguard audit --owner HelmRelease/owner-flux/mesh");
      String version = version(cluster);

      // the same once more writes nothing; another set is written over the first
      events.take(all, MARKS, Language.EN);
      events.send(NOW);
      assertThat(version(cluster)).isEqualTo(version);
      events.take(failures("b", ARGO), MARKS, Language.EN);
      events.send(NOW);
      assertThat(messages(cluster, "argocd"))
          .singleElement()
          .asString()
          .startsWith("1 finding in 1 object: 1 deny. First: [unreachable-route] VirtualService");
      assertThat(messages(cluster, "owner-flux")).containsOnly("no findings any more");
      events.take(failures("a", ARGO), MARKS, Language.ZH);
      events.send(NOW);
      assertThat(messages(cluster, "argocd"))
          .singleElement()
          .asString()
          .startsWith("1 个对象中有 1 个问题：1 个 deny。");
      assertThat(run(cluster, "describe", "app", "shop", "-n", "argocd"))
          .contains("VirtualService shop/a");
    }
  }

  @Test
  void whoMayNotReadOwnersTellsThemNothing(ControlPlane cluster) throws Exception {
    cluster.applyCrds(Files.readString(Path.of("src/test/resources/crds/gitops.yaml")));
    cluster.createNamespace("owner-dark", Map.of());
    Config config = Config.fromKubeconfig(cluster.kubeconfigFor("nobody").toFile());
    config.setClientKeyAlgo("EC");
    try (KubernetesClient client = ClusterReader.client(config)) {
      OwnerEvents events = new OwnerEvents(client);
      events.take(failures("a", ARGO.replace("'shop:", "'owner-dark_shop:")), MARKS, Language.EN);
      events.send(NOW);
    }
    assertThat(messages(cluster, "owner-dark")).isEmpty();
  }

  @Test
  void ownersThatAreMadeUpByTheThousandAreBounded(ControlPlane cluster) throws Exception {
    List<Failure> one = failures("a", ARGO);
    List<Failure> many = new ArrayList<>();
    Resource object = one.get(0).judged().finding().object();
    for (int i = 0; i < 3_000; i++) {
      many.addAll(failures("a", ARGO.replace("'shop:", "'made-up-" + i + ":")));
    }
    assertThat(object.name()).isEqualTo("a");
    try (KubernetesClient client = ClusterReader.client(Clients.config(cluster))) {
      OwnerEvents events = new OwnerEvents(client);
      events.take(many.subList(0, 1_500), MARKS, Language.EN);
      events.take(many.subList(1_500, 3_000), MARKS, Language.EN);
      events.take(one, MARKS, Language.EN);
      assertThat(events.owners()).isLessThanOrEqualTo(2 * OwnerEvents.MOST_OWNERS);
    }
  }

  private static List<Failure> failures(String name, String marks) {
    Resource object = Manifests.object(BAD.formatted(name, marks));
    Judge judge =
        new Judge(
            new Engine(
                Catalogue.rules().stream()
                    .filter(rule -> rule.info().id().equals("unreachable-route"))
                    .toList()),
            new ObjectMesh(List.of(object), kind -> false, MeshFacts.UNKNOWN),
            Policy.defaults(Catalogue.infos(), Version.of("9.0")),
            LocalDate.of(2026, 3, 1));
    return judge.judge(object).judged().stream().map(one -> new Failure(one, false)).toList();
  }

  private static List<String> messages(ControlPlane cluster, String namespace) throws Exception {
    List<String> messages = new ArrayList<>();
    for (JsonNode event : events(cluster, namespace)) {
      messages.add(event.path("message").asText());
    }
    return messages;
  }

  private static String version(ControlPlane cluster) throws Exception {
    return events(cluster, "argocd").findValuesAsText("resourceVersion").toString();
  }

  private static JsonNode events(ControlPlane cluster, String namespace) throws Exception {
    return MAPPER
        .readTree(run(cluster, "get", "events", "-n", namespace, "-o", "json"))
        .path("items");
  }

  private static void apply(ControlPlane cluster, String yaml) throws Exception {
    Kubectl.Result applied = cluster.kubectl().runWithInput(yaml, "apply", "-f", "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }

  private static String run(ControlPlane cluster, String... arguments) throws Exception {
    Kubectl.Result result = cluster.kubectl().run(arguments);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return result.stdout();
  }
}
