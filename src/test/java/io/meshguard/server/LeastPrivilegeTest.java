package io.meshguard.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.ControlPlaneBinaries;
import io.meshguard.controlplane.ControlPlaneOptions;
import io.meshguard.controlplane.IstioCrds;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.Progress;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.deploy.HelmChart;
import io.meshguard.deploy.Manifests;
import io.meshguard.kube.AccessQuestion;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ManagedFields;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Requester;
import io.meshguard.pause.Pause;
import io.meshguard.pause.PauseHolder;
import io.meshguard.resource.Kind;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.Watching;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server does in its cluster, done with the chart's rights, and the chart's rights used.
 */
@RequiresControlPlane
class LeastPrivilegeTest {

  private static final String ACCOUNT = "system:serviceaccount:meshguard:meshguard";
  private static final String GITOPS = "argocd-controller";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AccessQuestion MAY_LIST =
      new AccessQuestion(
          new Requester("dev", Set.of()), new Permission("list", "", "services", "default"));
  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - {level: Metadata, users: ["%s"]}
      - {level: None}
      """;

  /** What is wrong in a namespace, and in none. */
  private static final String WRONG =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: wrong, namespace: default}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: wrong}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:unauthenticated"}]
      """;

  /** What is wrong in objects that tools own. */
  private static final String OWNED =
      """
      {apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: shop, namespace: argocd}}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: argo
        namespace: default
        annotations: {argocd.argoproj.io/tracking-id: "shop:networking.istio.io/VirtualService:default/argo"}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: flux
        namespace: default
        labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: argocd}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: helm
        namespace: default
        labels: {helm.toolkit.fluxcd.io/name: mesh, helm.toolkit.fluxcd.io/namespace: argocd}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: other}}]
      """;

  @TempDir Path folder = Path.of("");

  @Test
  void nothingIsForbiddenNothingIsGrantedInVainAndNothingIsWrittenThatOthersOwn() throws Exception {
    List<JsonNode> installed;
    Path log = folder.resolve("audit.log");
    Path policy = Files.writeString(folder.resolve("audit.yaml"), AUDIT_POLICY.formatted(ACCOUNT));
    Map<String, String> flags =
        Map.of("audit-policy-file", policy.toString(), "audit-log-path", log.toString());
    try (ControlPlane controlPlane =
        ControlPlane.start(
            ControlPlaneBinaries.locate(Progress.silent()),
            ControlPlaneOptions.defaults().withApiServerFlags(flags),
            Progress.silent())) {
      install(controlPlane);
      work(controlPlane);
      installed = stored(controlPlane);
    }
    assertOwners(installed);
    List<JsonNode> events = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      events.add(JSON.readTree(line));
    }

    assertThat(events)
        .isNotEmpty()
        .allMatch(event -> event.at("/user/username").asText().equals(ACCOUNT))
        .noneMatch(event -> event.at("/responseStatus/code").asInt() == 403);
    // of the two APIs for reports one is written to, by the same code
    assertThat(Granted.in(Manifests.read(HelmChart.template(HelmChart.KUBERNETES))))
        .filteredOn(granted -> !granted.group().equals("wgpolicyk8s.io"))
        .isNotEmpty()
        .allMatch(granted -> events.stream().anyMatch(granted::usedBy));
  }

  private static void install(ControlPlane controlPlane) throws Exception {
    controlPlane.applyCrds(IstioCrds.load(Progress.silent()).yaml());
    controlPlane.applyCrds(others());
    controlPlane.applyCrds(
        Files.readString(Path.of("src", "test", "resources", "crds", "openreports.yaml")));
    controlPlane.createNamespace("meshguard", Map.of());
    controlPlane.createNamespace("istio-system", Map.of());
    controlPlane.createNamespace("argocd", Map.of());
    controlPlane.applyCrds(
        Files.readString(Path.of("src", "test", "resources", "crds", "gitops.yaml")));
    Kubectl.Result applied =
        controlPlane
            .kubectl()
            .runWithInput(
                HelmChart.template(HelmChart.KUBERNETES),
                "apply",
                "--server-side",
                "--field-manager=" + GITOPS,
                "-f",
                "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
  }

  /** Returns all objects of the chart as they are stored. */
  private static List<JsonNode> stored(ControlPlane controlPlane) throws Exception {
    Kubectl.Result result =
        controlPlane
            .kubectl()
            .runWithInput(
                HelmChart.template(HelmChart.KUBERNETES),
                "get",
                "--show-managed-fields",
                "-o",
                "json",
                "-f",
                "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    List<JsonNode> objects = new ArrayList<>();
    JSON.readTree(result.stdout()).path("items").forEach(objects::add);
    return objects;
  }

  /** What the server writes is its own, and none of it is what the chart says. */
  private static void assertOwners(List<JsonNode> objects) {
    int trusted = 0;
    for (JsonNode object : objects) {
      Map<String, Set<String>> owned = ManagedFields.of(object);
      Set<String> charts = owned.remove(GITOPS);
      assertThat(charts).as("%s", object.at("/metadata/name")).isNotEmpty();
      owned.forEach(
          (manager, fields) ->
              assertThat(fields)
                  .as("%s of %s", manager, object.path("kind"))
                  .doesNotContainAnyElementsOf(charts));
      if (object.path("kind").asText().endsWith("WebhookConfiguration")) {
        assertThat(owned).containsOnlyKeys("meshguard-ca");
        assertThat(owned.get("meshguard-ca"))
            .hasSize(object.path("webhooks").size())
            .allMatch(field -> field.endsWith("f:clientConfig/f:caBundle"));
        trusted++;
      }
    }
    assertThat(trusted).isEqualTo(2);
  }

  private static void audited(ControlPlane controlPlane) throws Exception {
    assertThat(controlPlane.kubectl().runWithInput(WRONG, "apply", "-f", "-").exitCode()).isZero();
    await(
        "reports",
        () ->
            kubectl(controlPlane, "get", "reports", "-n", "default", "-o", "name").contains("/")
                && kubectl(controlPlane, "get", "clusterreports", "-o", "name").contains("/"));
    await(
        "an Event",
        () -> !kubectl(controlPlane, "get", "events", "-n", "default", "-o", "name").isEmpty());
    assertThat(controlPlane.kubectl().runWithInput(OWNED, "apply", "-f", "-").exitCode()).isZero();
    await(
        "an Event on the owner",
        () -> !kubectl(controlPlane, "get", "events", "-n", "argocd", "-o", "name").isEmpty());
    kubectl(controlPlane, "delete", "virtualservice", "-n", "default", "--all");
    kubectl(controlPlane, "delete", "clusterrolebinding", "wrong");
    await(
        "no report",
        () -> kubectl(controlPlane, "get", "reports,clusterreports", "-A", "-o", "name").isEmpty());
  }

  /** Kinds that Istio's own definitions do not have, in their simplest form. */
  private static String others() {
    StringBuilder definitions = new StringBuilder();
    for (Kind kind : Watching.everywhere(Catalogue.infos())) {
      boolean custom = kind.group().contains(".") && !kind.group().endsWith("k8s.io");
      if (kind.group().equals("gateway.networking.k8s.io")
          || (custom && !kind.group().endsWith(".istio.io"))
          || kind.group().equals("install.istio.io")) {
        definitions.append(
            """
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: %2$s.%1$s
              annotations: {api-approved.kubernetes.io: unapproved}
            spec:
              group: %1$s
              names: {kind: %3$s, plural: %2$s}
              scope: %4$s
              versions:
              - name: %5$s
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """
                .formatted(
                    kind.group(),
                    kind.plural(),
                    kind.name(),
                    kind.namespaced() ? "Namespaced" : "Cluster",
                    kind.versions().get(0)));
      }
    }
    return definitions.toString();
  }

  /** Runs what a replica runs, and gives it a reason for each thing that it may do. */
  private static void work(ControlPlane controlPlane) throws Exception {
    String token = kubectl(controlPlane, "create", "token", "meshguard", "-n", "meshguard").strip();
    Config account =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(controlPlane.server().toString())
            .withCaCertData(
                Base64.getEncoder().encodeToString(controlPlane.authorityPem().getBytes(UTF_8)))
            .withOauthToken(token)
            .build();
    try (KubernetesClient server = ClusterReader.client(account);
        KubernetesClient replica = ClusterReader.client(account);
        KubernetesClient admin = Clients.of(controlPlane)) {
      PauseHolder pauses = new PauseHolder();
      ClusterRuntime link = Linked.link(server, pauses);
      link.start(new StartupEvent());
      try {
        await("all is known", link::ready);
        assertThat(MAY_LIST.ask(server)).isFalse();
        edit(controlPlane, "implicit-retries: warn");
        await("the policy is kept", () -> accepted(admin).containsKey("implicit-retries"));
        audited(controlPlane);
        paused(admin, pauses);
        edit(controlPlane, "implicit-retries: nonsense");
        await(
            "an Event",
            () -> !admin.v1().events().inNamespace("meshguard").list().getItems().isEmpty());
        ClusterRuntime second = Linked.link(replica, new PauseHolder());
        second.start(new StartupEvent());
        await("a replica that starts with a bad policy", second::ready);
        second.stop(new ShutdownEvent());
        await(
            "trust",
            () ->
                kubectl(controlPlane, "get", "validatingwebhookconfigurations", "-o", "json")
                    .contains("caBundle"));
        Secret secret = admin.secrets().inNamespace("meshguard").withName("meshguard-ca").get();
        secret.getData().put("tls.key", "");
        String spoilt = admin.resource(secret).update().getMetadata().getResourceVersion();
        await(
            "repair",
            () -> !admin.resource(secret).get().getMetadata().getResourceVersion().equals(spoilt));
      } finally {
        link.stop(new ShutdownEvent());
      }
    }
  }

  /** Only reading it is needed, and no more is granted. */
  private static void paused(KubernetesClient admin, PauseHolder pauses) throws Exception {
    ConfigMap pause =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace("meshguard")
            .withName(Pause.CONFIG_MAP)
            .endMetadata()
            .withData(new Pause(Instant.now().plusSeconds(60), "admin", "", false).data())
            .build();
    admin.resource(pause).create();
    await("a pause", () -> pauses.active(Instant.now()).isPresent());
    admin.resource(pause).delete();
    await("its end", () -> pauses.active(Instant.now()).isEmpty());
  }

  private static Map<String, String> accepted(KubernetesClient admin) {
    var stored =
        admin.configMaps().inNamespace("meshguard").withName("meshguard-policy-accepted").get();
    return stored == null ? Map.of() : stored.getData();
  }

  private static void edit(ControlPlane controlPlane, String toggle) throws Exception {
    String[] parts = toggle.split(": ");
    kubectl(
        controlPlane,
        "-n",
        "meshguard",
        "patch",
        "configmap",
        "meshguard-policy",
        "--type",
        "merge",
        "-p",
        "{\"data\":{\"%s\":\"%s\"}}".formatted(parts[0], parts[1]));
  }

  private static String kubectl(ControlPlane controlPlane, String... arguments) throws Exception {
    Kubectl.Result result = controlPlane.kubectl().run(arguments);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return result.stdout();
  }

  private static void await(String what, Callable<Boolean> done) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!done.call()) {
      assertThat(System.nanoTime()).as("waiting: %s", what).isLessThan(end);
      Thread.sleep(200);
    }
  }
}
