package io.meshguard.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What somebody who may write everything in one namespace, and nothing else, can do about a denial.
 */
@OnRealCluster
final class TenantIT {

  private static final String DENY =
      "unreachable-route: deny\ninvalid-proxy-config-annotation: deny";
  private static final String TENANT = "jane";
  private static final String ROUTES = "virtualservices.networking.istio.io";

  private static final String ACCESS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: tenant, namespace: tenant}
      rules:
      - {apiGroups: [networking.istio.io, apps, batch, ""], resources: ["*"], verbs: ["*"]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: tenant, namespace: tenant}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: tenant}
      subjects:
      - {kind: User, name: jane}
      - {kind: ServiceAccount, name: flagger, namespace: tenant}
      - {kind: ServiceAccount, name: flagger, namespace: flagger-system}
      - {kind: ServiceAccount, name: replicaset-controller, namespace: kube-system}
      - {kind: ServiceAccount, name: replication-controller, namespace: kube-system}
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: %s
        namespace: tenant
        annotations:
          proxy.istio.io/config: "concurrency: many"
      spec:
        containers: [{name: app, image: "app:1"}]
      """;

  private final Live live;

  TenantIT(Live live) {
    this.live = live;
  }

  @BeforeEach
  void prepare() throws Exception {
    if (live.stored("Role", "tenant", "tenant").isMissingNode()) {
      live.policy("");
      live.applied(
          "apiVersion: v1\nkind: Namespace\nmetadata: {name: tenant, labels: {istio.io/rev:"
              + " 1-24-3}}\n");
      live.controlPlane().ensureDefaultServiceAccount("tenant");
      live.applied(ACCESS);
    }
    live.policy(DENY);
  }

  @Test
  void isATenantAndNothingElse() throws Exception {
    assertThat(
            as(TENANT, dead("elsewhere").replace("namespace: tenant", "namespace: shop"), "apply"))
        .satisfies(result -> assertThat(result.stderr()).contains("is forbidden"));
    assertDenied(as(TENANT, dead("plain"), "create"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: a, uid: u,"
            + " controller: true}]\n",
        "  labels: {gateway.istio.io/managed: istio.io-gateway-controller}\n",
        "  labels: {gateway.networking.k8s.io/gateway-name: gw}\n",
        "  labels: {app.kubernetes.io/managed-by: flagger}\n",
        "  labels: {kustomize.toolkit.fluxcd.io/name: shop}\n",
        "  annotations: {argocd.argoproj.io/tracking-id: shop}\n",
        "  annotations: {meshguard.io/allow.unreachable-route: because}\n",
        "  deletionTimestamp: \"2026-01-01T00:00:00Z\"\n",
      })
  void whatAnObjectSaysOfItselfLetsNothingIn(String metadata) throws Exception {
    assertDenied(as(TENANT, marked(dead("marked"), metadata), "create"));
  }

  @Test
  void neitherFieldManagersNorForcedOwnershipNorOtherWaysToWriteHelp() throws Exception {
    for (String manager : List.of("flagger", "rollouts-controller", "argocd-controller")) {
      assertDenied(
          as(TENANT, dead("managed"), "apply", "--server-side", "--field-manager=" + manager));
      assertDenied(as(TENANT, dead("managed"), "create", "--field-manager=" + manager));
    }
    assertStored(as(TENANT, alive("forced"), "apply", "--server-side"));
    assertDenied(
        as(
            TENANT,
            dead("forced"),
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=flagger"));
    assertDenied(as(TENANT, dead("forced"), "replace"));
    assertDenied(
        as(TENANT, dead("named").replace("  name: named\n", "  generateName: named-\n"), "create"));
    String path = "/apis/networking.istio.io/%s/namespaces/tenant/virtualservices";
    for (String version : List.of("v1", "v1beta1", "v1alpha3")) {
      String other =
          dead("raw").replace("networking.istio.io/v1\n", "networking.istio.io/" + version + "\n");
      assertDenied(as(TENANT, json(other), "create", "--raw", path.formatted(version)));
      assertDenied(as(TENANT, other, "create"));
    }
  }

  /** Go writes {@code <} in six bytes: what etcd takes is more than 7 MiB in a review. */
  @Test
  void aWorkloadThatIsManyTimesAsLongInAReviewIsJudged() throws Exception {
    String large =
        workload("apps/v1", "Deployment", "")
            .replace("name: work", "name: escaped")
            .replace(
                "image: \"app:1\"",
                "image: \"app:1\", env: [{name: A, value: \"" + "<".repeat(1_300_000) + "\"}]");
    String good = large.replace("concurrency: many", "concurrency: 2");

    // kubectl would write it in as many bytes itself, and the API server takes 3 MiB
    String path = "/apis/apps/v1/namespaces/tenant/deployments";
    assertDenied(as(TENANT, json(large), "create", "--raw", path));
    Kubectl.Result stored = as(TENANT, json(good), "create", "--raw", path);
    assertStored(stored);
    assertThat(stored.stderr()).isEmpty();
    assertDenied(as(TENANT, json(large), "replace", "--raw", path + "/escaped"));
  }

  @Test
  void aDryRunStoresNothing() throws Exception {
    Kubectl.Result dry = as(TENANT, dead("dry"), "create", "--dry-run=server");

    assertThat(dry.stderr()).contains("would be denied: [unreachable-route]");
    assertThat(live.stored("VirtualService", "tenant", "dry").isMissingNode()).isTrue();
  }

  @Test
  void aServiceAccountOfTheRightNameInTheTenantsNamespaceIsNoController() throws Exception {
    String owned =
        marked(
            dead("canary"),
            "  ownerReferences: [{apiVersion: flagger.app/v1beta1, kind: Canary, name: a, uid: u,"
                + " controller: true}]\n");

    assertDenied(as("system:serviceaccount:tenant:flagger", owned, "create"));
    Kubectl.Result canary = as("system:serviceaccount:flagger-system:flagger", owned, "create");
    assertStored(canary);
    assertThat(canary.stderr()).contains("not denied: a controller manages this object");

    Kubectl.Result orphaned = patch("canary", "{\"metadata\":{\"ownerReferences\":null}}");
    assertDenied(orphaned);
    assertStored(patch("canary", "{\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}"));
  }

  @Test
  void whatAMarkHasLetInEarlierIsNotOldWithoutIt() throws Exception {
    live.policy("");
    assertStored(
        as(
            TENANT,
            marked(dead("two-steps"), "  labels: {app.kubernetes.io/managed-by: flagger}\n"),
            "create"));
    live.policy(DENY);

    assertThat(patch("two-steps", "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}").stderr())
        .contains("not denied: the stored object already has it");
    assertDenied(patch("two-steps", "{\"metadata\":{\"labels\":null}}"));
  }

  @Test
  void aHarmlessRouteIsNoWayToAHarmfulOne() throws Exception {
    String harmless = virtualService("detour", "api", "api");
    Kubectl.Result created = as(TENANT, harmless, "create");
    assertStored(created);
    assertThat(created.stderr()).contains("Warning: [unreachable-route]");

    assertDenied(as(TENANT, virtualService("detour", "elsewhere", "api"), "replace"));
  }

  @Test
  void whatIsHeldByAFinalizerIsJudgedOnAnEditAndMayGo() throws Exception {
    live.policy("");
    assertStored(as(TENANT, marked(dead("old"), "  finalizers: [example.com/hold]\n"), "create"));
    assertStored(as(TENANT, marked(alive("held"), "  finalizers: [example.com/hold]\n"), "create"));
    live.policy(DENY, "ratchet: false\n");
    for (String name : List.of("held", "old")) {
      assertStored(run(TENANT, "delete", ROUTES, name, "--wait=false"));
    }

    assertDenied(as(TENANT, marked(dead("held"), "  finalizers: [example.com/hold]\n"), "replace"));
    for (String name : List.of("held", "old")) {
      Kubectl.Result released = patch(name, "{\"metadata\":{\"finalizers\":null}}");
      assertStored(released);
      assertThat(released.stderr()).isEmpty();
      assertThat(live.stored("VirtualService", "tenant", name).isMissingNode()).isTrue();
    }
  }

  @Test
  void aPodWithAMadeUpOwnerOrMirrorIsJudged() throws Exception {
    String owner =
        "  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: none, uid: u,"
            + " controller: true}]\n";
    assertDenied(as(TENANT, POD.formatted("bare"), "create"));
    assertDenied(as(TENANT, marked(POD.formatted("owned"), owner), "create"));
    String mirror =
        POD.formatted("mirror")
            .replace("  annotations:\n", "  annotations:\n    kubernetes.io/config.mirror: x\n")
            .replace("spec:\n", "spec:\n  nodeName: none\n");
    assertDenied(as(TENANT, mirror, "create"));
    assertDenied(as(TENANT, workload("apps/v1", "ReplicaSet", owner), "create"));
    assertDenied(
        as(
            TENANT,
            workload(
                "batch/v1",
                "Job",
                owner.replace("ReplicaSet", "CronJob").replace("apps/", "batch/")),
            "create"));
    assertDenied(as(TENANT, workload("apps/v1", "Deployment", owner), "create"));

    Kubectl.Result real =
        as(
            "system:serviceaccount:kube-system:replicaset-controller",
            marked(POD.formatted("real"), owner),
            "create");
    assertStored(real);
    assertThat(real.stderr()).isEmpty();
    assertDenied(
        as(
            "system:serviceaccount:tenant:flagger",
            marked(POD.formatted("faked"), owner),
            "create"));
  }

  /** An expression that uses up its budget fails, and then nothing is asked. */
  @Test
  void veryManyOwnersKeepNothingBack() throws Exception {
    StringBuilder owners = new StringBuilder("  ownerReferences:\n");
    for (int i = 0; i < 20_000; i++) {
      owners.append("  - {apiVersion: v1, kind: a, name: a, uid: u").append(i).append("}\n");
    }

    assertDenied(as(TENANT, marked(POD.formatted("many"), owners.toString()), "create"));
    assertDenied(as(TENANT, marked(dead("many"), owners.toString()), "create"));
  }

  /** Nothing reviews a ReplicationController, so its Pods are looked at, and only warned of. */
  @Test
  void aPodOfAReplicationControllerIsWarnedOf() throws Exception {
    String owner =
        "  ownerReferences: [{apiVersion: v1, kind: ReplicationController, name: rc, uid: u,"
            + " controller: true}]\n";

    Kubectl.Result pod =
        as(
            "system:serviceaccount:kube-system:replication-controller",
            marked(POD.formatted("of-rc"), owner),
            "create");
    assertStored(pod);
    assertThat(pod.stderr()).contains("not denied: a controller manages this object");
    assertDenied(as(TENANT, marked(POD.formatted("of-rc-2"), owner), "create"));
  }

  @Test
  void subresourcesChangeNothingThatIsJudged() throws Exception {
    assertStored(as(TENANT, alive("status"), "create"));
    run(TENANT, "patch", ROUTES, "status", "--subresource=status", "--type=merge", "-p", spec());
    as(TENANT, dead("status"), "replace", "--subresource=status");
    assertThat(live.stored("VirtualService", "tenant", "status").at("/spec/http")).hasSize(1);

    String good = workload("apps/v1", "Deployment", "").replace("many", "2");
    assertStored(as(TENANT, good, "create"));
    String scale =
        """
        apiVersion: autoscaling/v1
        kind: Scale
        metadata: {name: work, namespace: tenant}
        spec: {replicas: 0, template: {metadata: {annotations: {proxy.istio.io/config: "x: ["}}}}
        """;
    as(TENANT, scale, "replace", "--subresource=scale", "--validate=false");
    assertThat(live.stored("Deployment", "tenant", "work").toString())
        .contains("concurrency: 2")
        .doesNotContain("x: [");

    String pod = POD.formatted("debugged").replace("many", "2");
    assertStored(as(TENANT, pod, "create"));
    String debug =
        """
        {"metadata":{"annotations":{"proxy.istio.io/config":"concurrency: many"}},
         "spec":{"ephemeralContainers":[{"name":"debug","image":"debug:1"}]}}""";
    assertStored(
        run(
            TENANT,
            "patch",
            "pod",
            "debugged",
            "--subresource=ephemeralcontainers",
            "--type=strategic",
            "-p",
            debug));
    assertThat(live.stored("Pod", "tenant", "debugged").toString())
        .contains("debug:1")
        .doesNotContain("concurrency: many");
    assertDenied(
        run(
            TENANT,
            "annotate",
            "--overwrite",
            "pod",
            "debugged",
            "proxy.istio.io/config=concurrency: many"));
  }

  /** Whoever creates an object chooses its name: a pattern of names is an offer to everybody. */
  @Test
  void anExemptionByAPatternOfNamesExemptsWhoeverChoosesSuchAName() throws Exception {
    live.policy(
        DENY,
        "exemptions: [{rules: [unreachable-route], objects: [VirtualService/*/legacy-*], reason:"
            + " old}]\n");

    assertStored(as(TENANT, dead("legacy-mine"), "create"));
    assertDenied(as(TENANT, dead("mine"), "create"));
  }

  private Kubectl.Result patch(String name, String merge) throws Exception {
    return run(TENANT, "patch", ROUTES, name, "--type=merge", "-p", merge);
  }

  private Kubectl.Result run(String user, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("-n", "tenant"));
    line.addAll(List.of(arguments));
    return live.controlPlane().kubectlAs(user).run(line.toArray(String[]::new));
  }

  private Kubectl.Result as(String user, String manifest, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("-f", "-"));
    return live.controlPlane().kubectlAs(user).runWithInput(manifest, line.toArray(String[]::new));
  }

  private static void assertDenied(Kubectl.Result result) {
    assertThat(result.stderr()).contains("denied the request: 1 finding, 1 denied");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private static void assertStored(Kubectl.Result result) {
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  private static String dead(String name) {
    return virtualService(name, "api", "api-v2");
  }

  private static String alive(String name) {
    return Manifests.virtualService(name, Manifests.route("/api", "api"))
        .replace("namespace: shop", "namespace: tenant");
  }

  private static String virtualService(String name, String covering, String dead) {
    return Manifests.virtualService(
            name, Manifests.route("/api", covering), Manifests.route("/api/v2", dead))
        .replace("namespace: shop", "namespace: tenant");
  }

  private static String spec() throws Exception {
    ObjectNode patch = new ObjectMapper().createObjectNode();
    patch.set("spec", YamlReader.readOne(dead("status")).tree().path("spec"));
    return patch.toString();
  }

  private static String workload(String apiVersion, String kind, String metadata) {
    return """
    apiVersion: %s
    kind: %s
    metadata:
      name: work
      namespace: tenant
    %sspec:
      %s
      template:
        metadata:
          labels: {app: work}
          annotations:
            proxy.istio.io/config: "concurrency: many"
        spec:
          restartPolicy: %s
          containers: [{name: app, image: "app:1"}]
    """
        .formatted(
            apiVersion,
            kind,
            metadata,
            kind.equals("Job") ? "backoffLimit: 1" : "selector: {matchLabels: {app: work}}",
            kind.equals("Job") ? "Never" : "Always");
  }

  private static String marked(String manifest, String metadata) {
    return manifest.replaceFirst("  namespace: tenant\n", "  namespace: tenant\n" + metadata);
  }

  private static String json(String yaml) {
    return YamlReader.readOne(yaml).tree().toString();
  }
}
