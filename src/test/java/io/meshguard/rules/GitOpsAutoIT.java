package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.meshguard.controlplane.ControlPlane;
import io.meshguard.controlplane.Kubectl;
import io.meshguard.controlplane.RequiresControlPlane;
import io.meshguard.engine.Engine;
import io.meshguard.engine.FixResult;
import io.meshguard.engine.Review;
import io.meshguard.engine.Settings.Gitops;
import io.meshguard.engine.Subject;
import io.meshguard.istio.Namespaces;
import io.meshguard.kube.Clients;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ManagedFields;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Rule;
import io.meshguard.yaml.PatchOp;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Policy {@code gitops: auto} on a real API server: whatever it patches, the tools that keep
 * objects in Git must see no difference. What they compare is done as they do it, on each object of
 * a rule's page and fixtures that is patched.
 *
 * <p>Argo CD's default is a three-way patch of what was applied last, what Git has and what is
 * stored (gitops-engine, pkg/diff/diff.go, ThreeWayDiff), which is what {@code kubectl apply}
 * calculates too: it says "unchanged" where that patch is empty. Its server-side diff
 * (serverSideDiff) and Flux (fluxcd/pkg, ssa/manager_diff.go) compare the result of a server-side
 * apply that is only tried with what is stored; the try goes through webhooks.
 */
@RequiresControlPlane
class GitOpsAutoIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PAGE = Path.of("docs", "gitops.md");
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

  /** So many objects of a rule are tried; what others would show is the same. */
  private static final int MOST_OBJECTS = 4;

  /** How an object gets into the cluster, and how its tool looks for differences afterwards. */
  private enum Tool {
    ARGO_CD("argocd-controller", false),
    ARGO_CD_SERVER_SIDE("argocd-controller", true),
    FLUX("kustomize-controller", true);

    private final String manager;
    private final boolean serverSide;

    Tool(String manager, boolean serverSide) {
      this.manager = manager;
      this.serverSide = serverSide;
    }

    void mark(ObjectNode tree) {
      if (this == FLUX) {
        tree.withObject("/metadata/labels")
            .put("kustomize.toolkit.fluxcd.io/name", "apps")
            .put("kustomize.toolkit.fluxcd.io/namespace", "flux-system");
      } else {
        tree.withObject("/metadata/annotations")
            .put("argocd.argoproj.io/tracking-id", "shop:x/y:z/w");
      }
      tree.withObject("/metadata/labels").put(MendingWebhook.LABEL, "yes");
    }
  }

  /** An object of an example, and what is around it. */
  private record Example(Rule rule, Sample sample, Resource object, Mesh mesh) {

    FixResult mend(Resource now, Optional<Resource> old, boolean dryRun) {
      Subject subject =
          new Subject(
              now,
              Namespaces.labels(now, mesh),
              Optional.of(new Requester("argo", Set.of())),
              TODAY);
      return new Engine(List.of(rule))
          .mend(
              new Review(
                  old.isPresent() ? Operation.UPDATE : Operation.CREATE,
                  subject,
                  old,
                  dryRun,
                  mesh,
                  new FixedSettings(Mode.FIX, sample.parameters(), Gitops.AUTO)));
    }

    ObjectNode desired(Tool tool) {
      ObjectNode tree = object.tree().deepCopy();
      if (object.kind().namespaced()) {
        tree.withObject("/metadata").put("namespace", object.namespace());
      }
      tool.mark(tree);
      return tree;
    }

    @Override
    public String toString() {
      return rule.info().id() + ", " + sample.name() + ", " + object.ref();
    }
  }

  private final ControlPlane cluster;

  private volatile Optional<Example> reviewed = Optional.empty();

  GitOpsAutoIT(ControlPlane cluster) {
    this.cluster = cluster;
  }

  @Test
  void noToolSeesADifferenceInWhatAutoPatches() throws Exception {
    Set<String> may = new TreeSet<>();
    Set<String> proved = new TreeSet<>();
    try (KubernetesClient client = ClusterReader.client(Clients.config(cluster));
        MendingWebhook webhook = new MendingWebhook(client, this::mend)) {
      assertThat(webhook).isNotNull();
      for (Rule rule : ChosenRules.get()) {
        int tried = 0;
        for (Example example : examples(rule)) {
          may.add(rule.info().id());
          if (tried < MOST_OBJECTS && storable(example)) {
            tried++;
            for (Tool tool : Tool.values()) {
              differences(example, tool, client);
            }
            proved.add(rule.info().id());
          }
        }
      }
    }

    assertThat(proved).as("rules with an example that the API server stores").isEqualTo(may);
    if (System.getProperty("meshguard.rules") == null) {
      assertThat(proved).as("rules in the table of " + PAGE).isEqualTo(documented());
    }
  }

  /** What nobody owns must not be left behind. */
  @Test
  void whatWasAddedGoesWithThePartAroundIt() throws Exception {
    Rule rule =
        Catalogue.rules().stream()
            .filter(one -> one.info().id().equals("connection-limit-without-pending-limit"))
            .findFirst()
            .orElseThrow();
    Example example = examples(rule).stream().filter(this::isStorable).findFirst().orElseThrow();
    try (KubernetesClient client = ClusterReader.client(Clients.config(cluster));
        MendingWebhook webhook = new MendingWebhook(client, this::mend)) {
      assertThat(webhook).isNotNull();
      for (Tool tool : List.of(Tool.FLUX, Tool.ARGO_CD)) {
        ObjectNode desired = example.desired(tool);
        sync(desired, tool, example, client);
        assertThat(stored(desired, example, client).at("/spec/trafficPolicy").toString())
            .contains("http1MaxPendingRequests");

        ((ObjectNode) desired.path("spec")).remove("trafficPolicy");
        sync(desired, tool, example, client);
        JsonNode left = stored(desired, example, client).at("/spec/trafficPolicy");
        assertThat(left.isMissingNode()).as("%s, %s", tool, left).isTrue();
        assertSame(example, tool, desired, client);
        kubectl(desired, "delete", "--cascade=background", "-f", "-");
      }
    }
  }

  private boolean isStorable(Example example) {
    try {
      return storable(example);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what {@code auto} patches in the examples of a rule. */
  private static List<Example> examples(Rule rule) {
    List<Example> examples = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    RulePage page = RulePage.read(rule.info().id());
    page.blocks("Bad", "yaml").forEach(text -> samples.add(new Sample("Bad", text)));
    samples.addAll(Fixtures.of(rule.info().id()));
    for (Sample sample : samples) {
      List<Resource> objects = sample.objects();
      Mesh mesh = sample.mesh(objects);
      for (Resource given : objects) {
        Resource object = whole(given);
        Example example = new Example(rule, sample, object, mesh);
        Resource marked = object.withTree(example.desired(Tool.ARGO_CD));
        if (!example.mend(marked, Optional.empty(), false).ops().isEmpty()) {
          examples.add(example);
        }
      }
    }
    return examples;
  }

  /** Pages leave out what an API server wants of a Deployment and rules do not look at. */
  private static Resource whole(Resource object) {
    if (!object.kind().equals(Kind.DEPLOYMENT)) {
      return object;
    }
    ObjectNode tree = object.tree().deepCopy();
    tree.withObject("/spec/template/metadata/labels").put("whole", "yes");
    tree.withObject("/spec/selector/matchLabels").put("whole", "yes");
    JsonNode containers = tree.at("/spec/template/spec/containers");
    if (containers.isEmpty()) {
      tree.withObject("/spec/template/spec").putArray("containers").addObject().put("name", "app");
    }
    tree.at("/spec/template/spec/containers")
        .forEach(
            container -> {
              if (!container.has("image")) {
                ((ObjectNode) container).put("image", "app:1");
              }
            });
    return object.withTree(tree);
  }

  private List<PatchOp> mend(JsonNode request) {
    Example example = reviewed.orElseThrow();
    Optional<Resource> old =
        Optional.of(request.path("oldObject"))
            .filter(JsonNode::isObject)
            .map(tree -> example.object().withTree(tree));
    Resource now = example.object().withTree(request.path("object"));
    return example.mend(now, old, request.path("dryRun").asBoolean()).ops();
  }

  /** Not every example is whole enough for the API server. */
  private boolean storable(Example example) throws Exception {
    reviewed = Optional.of(example);
    if (example.object().kind().namespaced()) {
      cluster.createNamespace(example.object().namespace(), Map.of());
    }
    Kubectl.Result tried =
        kubectl(example.desired(Tool.ARGO_CD), "apply", "--dry-run=server", "-f", "-");
    return tried.exitCode() == 0;
  }

  private void differences(Example example, Tool tool, KubernetesClient client) throws Exception {
    ObjectNode desired = example.desired(tool);
    sync(desired, tool, example, client);
    JsonNode stored = stored(desired, example, client);
    try {
      assertThat(stored.at("/metadata/annotations/meshguard.io~1fixed").asText())
          .as("patched: %s as %s", example, tool)
          .isEqualTo(example.rule().info().id());
      assertUnowned(example, desired, stored);
      assertSame(example, tool, desired, client);

      // the same once more is written as it is
      sync(desired, tool, example, client);
      assertThat(stored(desired, example, client)).as("%s again", example).isEqualTo(stored);

      // so it stays when Git changes something else
      desired.withObject("/metadata/labels").put("changed-in-git", "yes");
      sync(desired, tool, example, client);
      JsonNode changed = stored(desired, example, client);
      for (String place : List.of("/spec", "/metadata/annotations/meshguard.io~1fixed")) {
        assertThat(changed.at(place)).as("%s: %s", example, place).isEqualTo(stored.at(place));
      }
      assertSame(example, tool, desired, client);
    } finally {
      kubectl(desired, "delete", "--cascade=background", "-f", "-");
    }
  }

  /** Nobody owns what a webhook adds, so nobody takes it away by leaving it out. */
  private static void assertUnowned(Example example, JsonNode desired, JsonNode stored) {
    Set<String> owned = new HashSet<>();
    ManagedFields.of(stored).values().forEach(owned::addAll);
    for (PatchOp op :
        example.mend(example.object().withTree(desired), Optional.empty(), false).ops()) {
      assertThat(owned).as("%s: %s", example, op.path()).doesNotContain(fields(op.path()));
    }
  }

  private static String fields(JsonPointer path) {
    StringBuilder fields = new StringBuilder();
    for (JsonPointer rest = path; !rest.matches(); rest = rest.tail()) {
      fields.append("/f:").append(rest.getMatchingProperty());
    }
    return fields.toString();
  }

  private void assertSame(Example example, Tool tool, ObjectNode desired, KubernetesClient client)
      throws Exception {
    JsonNode stored = bare(stored(desired, example, client));
    JsonNode predicted = bare(serverSide(desired, tool, example, client, "&dryRun=All"));
    assertThat(predicted).as("server-side apply of %s as %s", example, tool).isEqualTo(stored);
    if (!tool.serverSide) {
      Kubectl.Result threeWay =
          kubectl(
              desired, "apply", "--field-manager=" + tool.manager, "--dry-run=server", "-f", "-");
      assertThat(threeWay.stdout())
          .as("three-way diff of %s as %s: %s", example, tool, threeWay.stderr())
          .endsWith(" unchanged (server dry run)\n");
    }
  }

  private void sync(ObjectNode desired, Tool tool, Example example, KubernetesClient client)
      throws Exception {
    if (tool.serverSide) {
      serverSide(desired, tool, example, client, "");
      return;
    }
    Kubectl.Result applied =
        kubectl(desired, "apply", "--field-manager=" + tool.manager, "-f", "-");
    assertThat(applied.exitCode()).as("%s: %s", example, applied.stderr()).isZero();
  }

  private JsonNode serverSide(
      ObjectNode desired, Tool tool, Example example, KubernetesClient client, String more)
      throws Exception {
    HttpClient http = client.getHttpClient();
    URI uri =
        cluster
            .server()
            .resolve(path(desired, example) + "?force=true&fieldManager=" + tool.manager + more);
    HttpResponse<String> response =
        http.sendAsync(
                http.newHttpRequestBuilder()
                    .uri(uri)
                    .timeout(30, TimeUnit.SECONDS)
                    .method("PATCH", "application/apply-patch+yaml", desired.toString())
                    .build(),
                String.class)
            .get();
    assertThat(response.isSuccessful())
        .as("%s as %s: %s", example, tool, response.bodyString())
        .isTrue();
    return JSON.readTree(response.bodyString());
  }

  private JsonNode stored(ObjectNode desired, Example example, KubernetesClient client)
      throws Exception {
    HttpClient http = client.getHttpClient();
    HttpResponse<String> response =
        http.sendAsync(
                http.newHttpRequestBuilder()
                    .uri(cluster.server().resolve(path(desired, example)))
                    .build(),
                String.class)
            .get();
    assertThat(response.isSuccessful()).as("%s: %s", example, response.bodyString()).isTrue();
    return JSON.readTree(response.bodyString());
  }

  private static String path(JsonNode desired, Example example) {
    Kind kind = example.object().kind();
    String apiVersion = desired.path("apiVersion").asText();
    return (apiVersion.contains("/") ? "/apis/" : "/api/")
        + apiVersion
        + (kind.namespaced() ? "/namespaces/" + example.object().namespace() : "")
        + "/"
        + kind.plural()
        + "/"
        + example.object().name();
  }

  private static JsonNode bare(JsonNode object) {
    ObjectNode bare = object.deepCopy();
    bare.remove("status");
    bare.withObject("/metadata").remove(List.of("managedFields", "resourceVersion"));
    return bare;
  }

  private Kubectl.Result kubectl(JsonNode object, String... arguments) throws Exception {
    return cluster.kubectl().runWithInput(object.toString(), arguments);
  }

  private static Set<String> documented() throws Exception {
    Set<String> rules = new TreeSet<>();
    boolean table = false;
    for (String line : Files.readAllLines(PAGE)) {
      table = line.equals("<!-- auto -->") || (table && !line.equals("<!-- /auto -->"));
      if (table && line.startsWith("| [")) {
        rules.add(line.substring(3, line.indexOf(']')));
      }
    }
    return rules;
  }
}
