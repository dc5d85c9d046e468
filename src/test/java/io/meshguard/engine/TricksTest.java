package io.meshguard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Requester;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyReader;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Operation;
import io.meshguard.rules.Catalogue;
import io.meshguard.yaml.YamlReader;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody who may only write objects can do about a denial: nothing. */
final class TricksTest {

  private static final String OWNER =
      "{ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: a, uid: u,"
          + " controller: true}]}";
  private static final String TENANT = "jane";
  private static final String FLAGGER = "system:serviceaccount:flagger-system:flagger";

  private static final String DEAD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: shop, namespace: shop}
      spec:
        hosts: [shop]
        http:
        - match: [{uri: {prefix: /}}]
          route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      """;

  private static final String HARMLESS = DEAD.replace("host: other", "host: shop");

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: app
        namespace: shop
        annotations: {proxy.istio.io/config: "concurrency: many"}
      spec: {containers: [{name: app, image: "app:1"}]}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        OWNER,
        "{labels: {gateway.istio.io/managed: istio.io-gateway-controller}}",
        "{labels: {gateway.networking.k8s.io/gateway-name: gw}}",
        "{labels: {app.kubernetes.io/managed-by: flagger}}",
        "{managedFields: [{manager: flagger}]}",
        "{managedFields: [{manager: rollouts-controller}]}"
      })
  void aMarkOfAControllerCountsOnlyWhereAControllerAsks(String mark) {
    Resource marked = with(DEAD, mark);

    assertThat(create(marked, TENANT)).containsExactly("deny");
    assertThat(create(marked, "system:serviceaccount:shop:flagger")).containsExactly("deny");
    assertThat(create(marked, FLAGGER)).containsExactly("warn controller");
    assertThat(create(marked, "system:serviceaccount:kube-system:job-controller"))
        .containsExactly("warn controller");
    assertThat(create(marked, "system:kube-controller-manager")).containsExactly("warn controller");
    assertThat(create(Manifests.object(DEAD), FLAGGER)).containsExactly("deny");
  }

  @Test
  void thePolicyNamesControllers() {
    Policy policy = policy("controllers: [\"ops-*/canary\"]\n");

    assertThat(modes(policy, with(DEAD, OWNER), none(), "system:serviceaccount:ops-1:canary"))
        .containsExactly("warn controller");
    assertThat(modes(policy, with(DEAD, OWNER), none(), FLAGGER)).containsExactly("deny");
    assertThat(modes(policy("controllers: []\n"), with(DEAD, OWNER), none(), FLAGGER))
        .containsExactly("deny");
  }

  @Test
  void aPodWithAMadeUpOwnerIsJudgedLikeOneWithout() {
    String owner =
        "{ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: x, uid: u, controller:"
            + " true}]}";
    String unjudged = owner.replace("apps/v1, kind: ReplicaSet", "v1, kind: ReplicationController");

    assertThat(create(Manifests.object(POD), TENANT)).containsExactly("deny");
    assertThat(create(with(POD, owner), TENANT)).containsExactly("deny");
    assertThat(create(with(POD, owner), "system:serviceaccount:kube-system:replicaset-controller"))
        .isEmpty();
    assertThat(
            create(with(POD, unjudged), "system:serviceaccount:kube-system:replication-controller"))
        .containsExactly("warn controller");
  }

  @ParameterizedTest
  @ValueSource(strings = {OWNER, "{labels: {app.kubernetes.io/managed-by: flagger}}"})
  void whatAMarkHasLetInIsNotOldWithoutIt(String mark) {
    assertThat(update(with(DEAD, mark), Manifests.object(DEAD), TENANT)).containsExactly("deny");
    assertThat(update(with(DEAD, mark), Manifests.object(DEAD), FLAGGER))
        .containsExactly("warn controller");
    assertThat(update(with(DEAD, mark), with(DEAD, mark), TENANT)).containsExactly("warn ratchet");
  }

  @Test
  void whatAnAnnotationHasLetInIsNotOldWithoutIt() {
    Resource allowed = with(DEAD, "{annotations: {meshguard.io/allow.unreachable-route: why}}");
    Policy policy = policy("selfService: true\n");

    assertThat(modes(policy, allowed, none(), TENANT)).containsExactly("off exemption");
    assertThat(modes(policy, Manifests.object(DEAD), Optional.of(allowed), TENANT))
        .containsExactly("deny");
    assertThat(modes(policy, Manifests.object(DEAD), Optional.of(Manifests.object(DEAD)), TENANT))
        .containsExactly("warn ratchet");
  }

  @Test
  void whatWasHarmlessIsNotOldWhereItDoesHarm() {
    String covering = HARMLESS.replaceFirst("host: shop", "host: elsewhere");

    assertThat(create(Manifests.object(HARMLESS), TENANT)).containsExactly("warn harmless");
    assertThat(update(Manifests.object(HARMLESS), Manifests.object(covering), TENANT))
        .containsExactly("deny");
  }

  @Test
  void anOldFindingIsAnotherOneWhereItsRequestsGoElsewhere() {
    String moved = DEAD.replace("host: shop}", "host: elsewhere}");
    String shared = DEAD.replace("{host: shop}", "{host: shop}, weight: 100");
    String covered = insert("/late", "new");
    String partly = insert("/late/x", "new");
    String inserted =
        DEAD.replace(
            "http:\n",
            """
            http:
              - match: [{uri: {prefix: /login}}]
                route: [{destination: {host: login}}]
            """);

    assertThat(update(Manifests.object(DEAD), Manifests.object(moved), TENANT))
        .containsExactly("deny");
    assertThat(update(Manifests.object(DEAD), Manifests.object(shared), TENANT))
        .containsExactly("warn ratchet");
    assertThat(update(Manifests.object(DEAD), Manifests.object(inserted), TENANT))
        .containsExactly("warn ratchet");
    assertThat(update(Manifests.object(DEAD), Manifests.object(partly), TENANT))
        .containsExactly("warn ratchet");
    assertThat(update(Manifests.object(DEAD), Manifests.object(covered), TENANT))
        .as("what is inserted takes the requests itself")
        .containsExactly("deny");
  }

  private static String insert(String prefix, String host) {
    return DEAD.replace(
        "http:\n",
        "http:\n  - match: [{uri: {prefix: %s}}]\n    route: [{destination: {host: %s}}]\n"
            .formatted(prefix, host));
  }

  @Test
  void aLimitThatIsMovedToOtherProxiesIsNotOld() {
    String filter =
        """
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {name: limit, namespace: shop}
        spec:
          workloadSelector: {labels: {app: test}}
          configPatches:
          - applyTo: NETWORK_FILTER
            match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
            patch:
              operation: MERGE
              value:
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  max_request_headers_kb: 99999
        """;

    assertThat(create(Manifests.object(filter), TENANT)).contains("deny");
    assertThat(update(Manifests.object(filter), Manifests.object(filter), TENANT))
        .doesNotContain("deny");
    assertThat(
            update(
                Manifests.object(filter),
                Manifests.object(filter.replace("{app: test}", "{app: shop}")),
                TENANT))
        .contains("deny");
  }

  @Test
  void anEditOfWhatIsBeingDeletedIsJudged() {
    String deletion = "{deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [example.com/hold]}";
    Resource going = with(HARMLESS.replace("/late", "/"), deletion);
    Policy strict = policy("ratchet: false\n");

    assertThat(update(going, with(DEAD, deletion), TENANT)).containsExactly("deny");
    assertThat(
            modes(
                strict,
                with(DEAD, "{deletionTimestamp: '2026-01-01T00:00:00Z'}"),
                Optional.of(with(DEAD, deletion)),
                TENANT))
        .as("a finalizer may always go")
        .isEmpty();
    assertThat(create(with(DEAD, deletion), TENANT))
        .as("nobody creates what is being deleted")
        .containsExactly("deny");
  }

  @Test
  void aMarkKeepsAFixAwayAndNothingElse() {
    Policy policy =
        accepted(Map.of("implicit-retries", "fix", "policy.yaml", "rules: {\"*\": \"off\"}\n"));
    Resource plain = Manifests.object(DEAD);

    assertThat(modes(policy, plain, none(), TENANT)).contains("fix");
    assertThat(modes(policy, with(DEAD, OWNER), none(), TENANT))
        .isNotEmpty()
        .allMatch("warn controller"::equals);
    assertThat(
            modes(
                policy,
                with(DEAD, "{labels: {kustomize.toolkit.fluxcd.io/name: a}}"),
                none(),
                TENANT))
        .isNotEmpty()
        .allMatch("warn gitops"::equals);
    assertThat(create(with(DEAD, "{labels: {kustomize.toolkit.fluxcd.io/name: a}}"), TENANT))
        .containsExactly("deny");
  }

  private static List<String> create(Resource object, String user) {
    return modes(policy(""), object, none(), user);
  }

  private static List<String> update(Resource old, Resource object, String user) {
    return modes(policy(""), object, Optional.of(old), user);
  }

  private static Optional<Resource> none() {
    return Optional.empty();
  }

  private static List<String> modes(
      Policy policy, Resource object, Optional<Resource> old, String user) {
    MeshFacts facts = SampleFacts.istio("1.29");
    Subject subject =
        new Subject(
            object,
            Map.of("istio-injection", "enabled"),
            Optional.of(new Requester(user, Set.of())),
            LocalDate.of(2026, 1, 1));
    Review review =
        new Review(
            old.isPresent() ? Operation.UPDATE : Operation.CREATE,
            subject,
            old,
            false,
            new ObjectMesh(
                List.of(
                    Manifests.object(
                        "{apiVersion: v1, kind: Namespace, metadata: {name: shop,"
                            + " labels: {istio-injection: enabled}}}")),
                kind -> false,
                facts),
            policy);
    return new Engine(Catalogue.rules())
        .judge(review).judged().stream()
            .map(one -> one.mode().text() + one.because().map(b -> " " + b.text()).orElse(""))
            .toList();
  }

  /** Denies what is denied by default, and says nothing of all else. */
  private static Policy policy(String yaml) {
    return accepted(
        Map.of(
            "policy.yaml",
            yaml
                + "rules: {\"*\": \"off\", unreachable-route: deny, header-limit-out-of-range: deny,"
                + " invalid-proxy-config-annotation: deny}\n"));
  }

  private static Policy accepted(Map<String, String> data) {
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", "meshguard-policy");
    ObjectNode values = map.putObject("data");
    data.forEach(values::put);
    return new PolicyReader(Catalogue.infos(), Version.of("0.1"))
        .read(Resource.of(map, "meshguard", Origin.NONE), LocalDate.of(2026, 1, 1))
        .policy()
        .orElseThrow();
  }

  private static Resource with(String yaml, String metadata) {
    ObjectNode tree = (ObjectNode) YamlReader.readOne(yaml).tree();
    ((ObjectNode) tree.path("metadata")).setAll((ObjectNode) YamlReader.readOne(metadata).tree());
    return Resource.of(tree, "default", Origin.NONE);
  }
}
