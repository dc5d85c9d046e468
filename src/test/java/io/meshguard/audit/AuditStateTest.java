package io.meshguard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyReader;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AuditStateTest {

  private static final Instant SINCE = Instant.parse("2026-01-02T00:00:00Z");
  private static final String OLD = "2026-01-01T00:00:00Z";
  private static final String YOUNG = "2026-01-03T00:00:00Z";

  private static final String ROUTES =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %s, namespace: shop, creationTimestamp: "%s"}
      spec:
        hosts: [shop]
        http:
        - match: [{uri: {prefix: /}}]
          route: [{destination: {host: shop}}]
        - match: [{uri: {prefix: /late}}]
          route: [{destination: {host: %s}}]
      ---
      """;

  private static final String GOOD =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: %s, namespace: shop, creationTimestamp: "%s"}
      spec:
        hosts: [shop]
        http:
        - route: [{destination: {host: shop}}]
      ---
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: shop, namespace: shop}
      spec: {ports: [{name: http, port: 80}]}
      ---
      """;

  private final AuditState standing = new AuditState(Catalogue.rules(), System::nanoTime);

  @Test
  void everythingIsJudgedAtFirst() {
    judge(everything(), mesh(ROUTES.formatted("a", OLD, "other"), GOOD.formatted("b", OLD)), "");

    assertThat(standing.objects()).isEqualTo(2);
    assertThat(unreachable()).containsExactly("a unreachable-route");
  }

  @Test
  void aChangedObjectIsJudgedAnew() {
    String bad = ROUTES.formatted("a", OLD, "other");
    judge(everything(), mesh(bad, GOOD.formatted("b", OLD)), "");

    judge(change("a"), mesh(GOOD.formatted("a", OLD), GOOD.formatted("b", OLD)), "");
    assertThat(unreachable()).isEmpty();
    judge(change("a"), mesh(bad, GOOD.formatted("b", OLD)), "");
    assertThat(unreachable()).containsExactly("a unreachable-route slipped");
    judge(change("a"), mesh(GOOD.formatted("b", OLD)), "");
    assertThat(unreachable()).isEmpty();
    assertThat(standing.objects()).isEqualTo(1);
  }

  @Test
  void whatAControllerMayHaveWrittenProvesNothing() {
    String kept = "namespace: shop, labels: {app.kubernetes.io/managed-by: flagger}, ";
    String bad = ROUTES.formatted("a", OLD, "other").replace("namespace: shop, ", kept);
    judge(everything(), mesh(GOOD.formatted("a", OLD)), "");

    judge(change("a"), mesh(bad), "");

    assertThat(unreachable()).containsExactly("a unreachable-route");
  }

  @Test
  void whatReadsAChangedKindIsJudgedAnew() {
    String shop =
        GOOD.formatted("a", OLD).replace("hosts: [shop]", "hosts: [shop.shop.svc.cluster.local]");
    judge(everything(), mesh(shop), "");
    assertThat(found()).contains("a host-outside-mesh");

    ChangeQueue.Work service =
        new ChangeQueue.Work(
            false, Set.of(new ObjectKey(Kind.SERVICE, "shop", "shop")), Set.of(Kind.SERVICE));
    judge(service, mesh(shop, SERVICE), "");

    assertThat(found()).doesNotContain("a host-outside-mesh");
    assertThat(standing.objects()).isEqualTo(2);
  }

  @Test
  void aNamespaceThatIstiodBeginsToReadIsJudgedAsAWhole() {
    String config =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data: {mesh: "discoverySelectors: [{matchLabels: {mesh: stable}}]"}
        ---
        """;
    String namespace =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {mesh: %s}}
        ---
        """;
    String routes = ROUTES.formatted("a", OLD, "other");
    judge(everything(), mesh(config, namespace.formatted("none"), routes), "");
    assertThat(found()).isEmpty();

    ChangeQueue.Work label =
        new ChangeQueue.Work(
            false, Set.of(new ObjectKey(Kind.NAMESPACE, "", "shop")), Set.of(Kind.NAMESPACE));
    judge(label, mesh(config, namespace.formatted("stable"), routes), "");
    assertThat(unreachable()).containsExactly("a unreachable-route");

    ChangeQueue.Work selectors =
        new ChangeQueue.Work(
            false,
            Set.of(new ObjectKey(Kind.CONFIG_MAP, "istio-system", "istio")),
            Set.of(Kind.CONFIG_MAP));
    judge(
        selectors,
        mesh(config.replace("stable", "canary"), namespace.formatted("stable"), routes),
        "");
    assertThat(unreachable()).isEmpty();
  }

  @Test
  void anObjectThatIsYoungerThanThePolicyThatDeniesItHasSlippedIn() {
    judge(
        everything(),
        mesh(ROUTES.formatted("old", OLD, "other"), ROUTES.formatted("young", YOUNG, "other")),
        "");

    assertThat(unreachable())
        .containsExactly("old unreachable-route", "young unreachable-route slipped");
  }

  @Test
  void whatMayHaveBeenAllowedIsNotSaidToHaveSlippedIn() {
    Mesh young = mesh(ROUTES.formatted("young", YOUNG, "other"));

    judge(everything(), young, "rules: {unreachable-route: warn}");
    assertThat(unreachable()).containsExactly("young unreachable-route");
    judge(everything(), young, "selfService: true");
    assertThat(unreachable()).containsExactly("young unreachable-route");
    judge(
        everything(), young, "exemptions: [{rules: [unreachable-route], reason: x, users: [ann]}]");
    assertThat(unreachable()).containsExactly("young unreachable-route");
    judge(
        everything(),
        young,
        "overrides: [{namespaceSelector: {matchLabels: {a: b}}, rules: {unreachable-route: warn}}]");
    assertThat(unreachable()).containsExactly("young unreachable-route");
  }

  @Test
  void aMarkIsKeptFromOneProcessToTheNext() {
    Mesh mesh = mesh(ROUTES.formatted("old", OLD, "other"));
    judge(everything(), mesh, "");
    assertThat(unreachable()).containsExactly("old unreachable-route");
    AuditState next = new AuditState(Catalogue.rules(), System::nanoTime);
    next.remember(
        standing.failures().stream().map(f -> f.judged().finding().fingerprint()).toList());

    next.judge(everything(), terms(mesh, ""));

    assertThat(next.failures())
        .filteredOn(failure -> failure.judged().finding().rule().id().equals("unreachable-route"))
        .hasSize(1)
        .allMatch(Failure::slipped);
  }

  /** It may be repeated by somebody whom the webhook denies, and then it has not slipped in. */
  @Test
  void aMarkIsForgottenOnceItsFindingIsGone() {
    String bad = ROUTES.formatted("a", OLD, "other");
    judge(everything(), mesh(GOOD.formatted("a", OLD)), "");
    judge(change("a"), mesh(bad), "");
    judge(everything(), mesh(bad), "");
    assertThat(unreachable()).containsExactly("a unreachable-route slipped");
    judge(everything(), mesh(GOOD.formatted("a", OLD)), "");
    judge(everything(), mesh(bad), "");

    assertThat(unreachable()).containsExactly("a unreachable-route");
  }

  @Test
  void whatCannotBeFinishedIsNamedAndHidesNothingElse() {
    AtomicBoolean stubborn = new AtomicBoolean();
    AtomicLong nanos = new AtomicLong();
    AuditState tried =
        new AuditState(
            Catalogue.rules().stream()
                .filter(rule -> rule.info().id().equals("unreachable-route"))
                .<Rule>map(rule -> new Stubborn(rule, stubborn))
                .toList(),
            () -> nanos.addAndGet(1_000_000));
    Mesh mesh =
        mesh(
            ROUTES.formatted("a-slow", OLD, "other"),
            ROUTES.formatted("b-deep", OLD, "other"),
            ROUTES.formatted("c-broken", OLD, "other"),
            ROUTES.formatted("d", OLD, "other"));
    tried.judge(everything(), terms(mesh, ""));
    assertThat(tried.notJudged()).isEmpty();
    assertThat(names(tried)).containsExactly("a-slow", "b-deep", "c-broken", "d");

    stubborn.set(true);
    tried.judge(everything(), terms(mesh, ""));
    assertThat(tried.notJudged())
        .extracting(one -> one.object().name())
        .containsExactly("a-slow", "b-deep", "c-broken");
    assertThat(names(tried))
        .as("what was found before is still there")
        .containsExactly("a-slow", "b-deep", "c-broken", "d");
    assertThat(tried.objects()).isEqualTo(1);

    stubborn.set(false);
    tried.judge(change("a-slow"), terms(mesh, ""));
    assertThat(tried.notJudged()).isEmpty();
    assertThat(tried.objects()).isEqualTo(4);
    tried.judge(everything(), terms(mesh(GOOD.formatted("a-slow", OLD)), ""));
    assertThat(tried.notJudged()).isEmpty();
    assertThat(names(tried)).isEmpty();
  }

  @Test
  void anObjectThatCannotBeReadAnyMoreIsNamedAndKeepsItsFindings() {
    String bad = ROUTES.formatted("a", OLD, "other");
    judge(everything(), mesh(bad), "");
    AuditState.AuditContext without = terms(mesh(), "");
    NotJudged unreadable =
        new NotJudged(Manifests.objects(bad).get(0), NotJudged.Cause.UNREADABLE, "too much of it");
    AuditState.AuditContext hidden =
        new AuditState.AuditContext(
            without.policy(),
            SINCE,
            without.mesh(),
            List.of(unreadable),
            without.own(),
            without.today());

    for (ChangeQueue.Work work : List.of(change("a"), everything())) {
      standing.judge(work, hidden);
      assertThat(standing.notJudged()).containsExactly(unreadable);
      assertThat(unreachable()).containsExactly("a unreachable-route");
    }
    judge(change("a"), mesh(), "");
    assertThat(standing.notJudged()).isEmpty();
    assertThat(unreachable()).isEmpty();
  }

  /** A rule that may not come to an end. */
  private record Stubborn(Rule rule, AtomicBoolean on) implements Rule {
    @Override
    public RuleInfo info() {
      return rule.info();
    }

    @Override
    public void check(Resource subject, Mesh mesh, Report report) {
      if (on.get() && subject.name().endsWith("-slow")) {
        for (int steps = 0; steps < 10_000_000; steps++) {
          Deadline.check();
        }
      } else if (on.get() && subject.name().endsWith("-deep")) {
        descend(1);
      } else if (on.get() && subject.name().endsWith("-broken")) {
        throw new IllegalStateException("broken");
      }
      rule.check(subject, mesh, report);
    }

    private static int descend(int depth) {
      return depth < 0 ? depth : descend(depth + 1) + 1;
    }
  }

  private static List<String> names(AuditState of) {
    return of.failures().stream().map(f -> f.judged().finding().object().name()).toList();
  }

  @Test
  void tenThousandObjectsTakeLessThanFiveSeconds() {
    Resource service = Manifests.objects(SERVICE).get(0);
    Resource routes = Manifests.objects(ROUTES.formatted("shop", OLD, "other")).get(0);
    List<Resource> many = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      many.add(copy(service, i));
      many.add(copy(routes, i));
    }
    Mesh mesh = meshOf(many);
    judge(everything(), mesh, "");

    // Time of this thread alone, for others may use the same processor.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    judge(everything(), mesh, "");
    double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;

    System.getLogger("audit").log(System.Logger.Level.INFO, "10,000 objects: {0} s", seconds);
    assertThat(standing.objects()).isEqualTo(10_000);
    assertThat(unreachable()).hasSize(5_000);
    assertThat(seconds).isLessThan(5);
  }

  private void judge(ChangeQueue.Work work, Mesh mesh, String policy) {
    standing.judge(work, terms(mesh, policy));
  }

  private static AuditState.AuditContext terms(Mesh mesh, String policy) {
    Policy read =
        policy.isEmpty()
            ? Policy.defaults(Catalogue.infos(), Version.of("9.0"))
            : new PolicyReader(Catalogue.infos(), Version.of("9.0"))
                .readFile("policy.yaml", policy + "\n", LocalDate.of(2026, 1, 4))
                .policy()
                .orElseThrow();
    return new AuditState.AuditContext(
        read, SINCE, mesh, List.of(), "meshguard", LocalDate.of(2026, 1, 4));
  }

  private static ChangeQueue.Work everything() {
    return new ChangeQueue.Work(true, Set.of(), Set.of());
  }

  private static ChangeQueue.Work change(String name) {
    return new ChangeQueue.Work(
        false,
        Set.of(new ObjectKey(Kind.VIRTUAL_SERVICE, "shop", name)),
        Set.of(Kind.VIRTUAL_SERVICE));
  }

  private List<String> found() {
    return standing.failures().stream()
        .map(
            failure ->
                failure.judged().finding().object().name()
                    + " "
                    + failure.judged().finding().rule().id()
                    + (failure.slipped() ? " slipped" : ""))
        .toList();
  }

  /** What is found by the rule that most of these tests are about. */
  private List<String> unreachable() {
    return found().stream().filter(line -> line.contains("unreachable-route")).toList();
  }

  private static Resource copy(Resource object, int number) {
    String own = "shop" + number;
    ObjectNode tree = object.object().orElseThrow().deepCopy();
    ((ObjectNode) tree.path("metadata")).put("name", own).put("namespace", "team-" + number % 100);
    if (tree.path("spec") instanceof ObjectNode spec && spec.has("hosts")) {
      spec.putArray("hosts").add(own);
    }
    return Resource.of(tree, "", Origin.NONE);
  }

  private static Mesh mesh(String... texts) {
    return meshOf(Stream.of(texts).flatMap(text -> Manifests.objects(text).stream()).toList());
  }

  private static Mesh meshOf(List<Resource> objects) {
    MeshFacts facts = SampleFacts.istio("1.24.3");
    return new ObjectMesh(objects, kind -> true, facts);
  }
}
