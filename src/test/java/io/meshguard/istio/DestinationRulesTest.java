package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.istio.DestinationRules.EffectivePolicy;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was seen on istiod and Envoy 1.40, and what is not known where times are not known. */
final class DestinationRulesTest {

  private static final String POLICY = "trafficPolicy: {outlierDetection: {interval: %ds}}";

  @Test
  void findsThoseOfAHostHoweverItIsWritten() {
    Mesh mesh =
        mesh(
            "1.31",
            rule("subsets", "shop", "web", 1, "subsets: [{name: a}]"),
            rule("policy", "shop", "WEB.shop.svc.cluster.local", 2, policy(1)),
            rule("elsewhere", "other", "web.shop.svc.cluster.local", 3, policy(1)),
            rule("other-host", "shop", "api", 4, policy(1)));

    assertThat(DestinationRules.forHost("web.shop.svc.cluster.local", mesh).items())
        .extracting(Resource::name)
        .containsExactlyInAnyOrder("subsets", "policy", "elsewhere");
  }

  @Test
  void ofTwoPoliciesTheOlderCounts() {
    Resource older = rule("b", "shop", "web", 1, policy(1));
    Resource newer = rule("a", "shop", "web.shop.svc.cluster.local", 2, policy(2));
    Mesh mesh = mesh("1.31", older, newer);

    assertThat(interval(older, mesh)).contains("own 1s");
    assertThat(interval(newer, mesh)).contains("1s");
  }

  @Test
  void ruleWithoutAPolicyTakesThatOfItsSibling() {
    Resource subsets = rule("a", "shop", "web", 1, "subsets: [{name: v1, trafficPolicy: {}}]");
    Resource policy = rule("b", "shop", "web", 2, policy(2));
    Mesh mesh = mesh("1.31", subsets, policy);

    EffectivePolicy effective = effectivePolicy(subsets, mesh).orElseThrow();
    TrafficPolicies policies = effective.policies();
    assertThat(
            policies
                .effective(
                    policies.subsets().get(0), "outlierDetection", TrafficPolicies.OTHER_PORTS)
                .at("interval")
                .text())
        .contains("2s");
    assertThat(effective.topIsOwn()).isFalse();
    assertThat(interval(policy, mesh)).contains("own 2s");
  }

  @Test
  void theFirstOfThreeThatHasAPolicyCounts() {
    Resource first = rule("a", "shop", "web", 1, "subsets: [{name: v1}]");
    Resource second = rule("b", "shop", "web", 2, policy(2));
    Resource third = rule("c", "shop", "web", 3, policy(3));
    Mesh mesh = mesh("1.31", first, second, third);

    assertThat(List.of(interval(first, mesh), interval(second, mesh), interval(third, mesh)))
        .containsExactly(Optional.of("2s"), Optional.of("own 2s"), Optional.of("2s"));
  }

  @Test
  void subsetsUniteAndOfTwoOfOneNameTheOlderCounts() {
    String subsets = "subsets: [{name: %s, trafficPolicy: {}}, {name: both, trafficPolicy: {}}]";
    Resource older = rule("a", "shop", "web", 1, subsets.formatted("v1"));
    Resource newer = rule("b", "shop", "web", 2, subsets.formatted("v2"));
    Mesh mesh = mesh("1.31", older, newer);

    EffectivePolicy first = effectivePolicy(older, mesh).orElseThrow();
    EffectivePolicy second = effectivePolicy(newer, mesh).orElseThrow();
    assertThat(first.subsets()).hasSize(4);
    assertThat(first.policies().subsets()).hasSize(2);
    assertThat(second.policies().subsets())
        .extracting(level -> level.at().pointer().toString())
        .containsExactly("/spec/subsets/0/trafficPolicy");
  }

  @Test
  void subsetsOfUnknownOrderThatShareANameDoNotCount() {
    String subsets = "subsets: [{name: both, trafficPolicy: {}}]";
    Resource one = rule("a", "shop", "web", 0, subsets);
    Resource other = rule("b", "shop", "web", 0, subsets);

    assertThat(effectivePolicy(one, mesh("1.31", one, other)).orElseThrow().policies().subsets())
        .isEmpty();
  }

  @Test
  void withoutTimesNobodyKnowsWhichPolicyCounts() {
    Resource one = rule("a", "shop", "web", 0, policy(1));
    Resource other = rule("b", "shop", "web", 0, policy(2));

    assertThat(effectivePolicy(one, mesh("1.31", one, other))).isEmpty();
  }

  @Test
  void whatIsNotStoredYetIsNewer() {
    Resource stored = rule("b", "shop", "web", 1, policy(1));
    Resource reviewed = rule("a", "shop", "web", 0, policy(2));
    Mesh mesh = mesh("1.31", stored);

    assertThat(interval(reviewed, mesh)).contains("1s");
  }

  @Test
  void ofOneSecondTheSmallerNameIsOlder() {
    Resource one = rule("a", "shop", "web", 1, policy(1));
    Resource other = rule("b", "shop", "web", 1, policy(2));
    Resource dashed = rule("a-1", "shop", "web", 1, policy(3));

    assertThat(interval(other, mesh("1.31", one, other))).contains("1s");
    assertThat(effectivePolicy(one, mesh("1.31", one, dashed)))
        .as("some versions compare a.shop with a-1.shop")
        .isEmpty();
  }

  @Test
  void ofDifferentExportsTheNewerAloneCounts() {
    for (List<String> pair :
        List.of(List.of("", "['.']"), List.of("['.']", ""), List.of("", "['*']"))) {
      Resource older = rule("a", "shop", "web", 1, policy(1) + exportTo(pair.get(0)));
      Resource newer = rule("b", "shop", "web", 2, "subsets: [{name: v1}]" + exportTo(pair.get(1)));
      Mesh mesh = mesh("1.31", older, newer);

      assertThat(effectivePolicy(older, mesh)).as("%s", pair).isEmpty();
      EffectivePolicy alone = effectivePolicy(newer, mesh).orElseThrow();
      assertThat(alone.topIsOwn()).isTrue();
      assertThat(alone.policies().top().at().isPresent()).isFalse();
      assertThat(alone.subsets()).hasSize(1);
    }
  }

  @Test
  void whatIsMergedStandsWhereItsOldestStands() {
    Resource first = rule("a", "shop", "web", 1, "subsets: [{name: v1}]");
    Resource apart = rule("b", "shop", "web", 2, policy(2) + exportTo("['.']"));
    Resource last = rule("c", "shop", "web", 3, policy(3));
    Mesh mesh = mesh("1.31", first, apart, last);

    assertThat(effectivePolicy(last, mesh)).isEmpty();
    assertThat(effectivePolicy(apart, mesh)).as("older than one of what is merged").isEmpty();
  }

  @Test
  void namespacesThatDoNotMeetDoNotCompete() {
    Resource one = rule("a", "shop", "web", 1, policy(1) + exportTo("[a]"));
    Resource other = rule("b", "shop", "web", 2, policy(2) + exportTo("[b, '.']"));

    assertThat(interval(one, mesh("1.31", one, other))).contains("own 1s");
  }

  @Test
  void exportsOfWhichOneHoldsTheOtherAreNotConcludedFrom() {
    Resource older = rule("a", "shop", "web", 1, policy(1) + exportTo("['*']"));
    Resource newer = rule("b", "shop", "web", 2, policy(2) + exportTo("['*', '.']"));
    Mesh mesh = mesh("1.31", older, newer);

    assertThat(effectivePolicy(older, mesh)).isEmpty();
    assertThat(effectivePolicy(newer, mesh)).isEmpty();
  }

  @Test
  void before124ExportsDoNotMatter() {
    Resource older = rule("a", "shop", "web", 1, policy(1));
    Resource newer = rule("b", "shop", "web", 2, policy(2) + exportTo("['.']"));

    assertThat(interval(older, mesh("1.23", older, newer))).contains("own 1s");
    assertThat(interval(newer, mesh("1.23", older, newer))).contains("1s");
    assertThat(effectivePolicy(newer, mesh("", older, newer))).as("a version not known").isEmpty();
  }

  @Test
  void aSelectorStandsAlone() {
    String selector = "\n  workloadSelector: {matchLabels: {app: a}}";
    Resource selecting = rule("a", "shop", "web", 1, policy(1) + selector);
    Resource general = rule("b", "shop", "web", 2, policy(2));
    Resource another = rule("c", "shop", "web", 3, policy(3) + selector);

    assertThat(interval(selecting, mesh("1.31", selecting, general))).contains("own 1s");
    assertThat(interval(general, mesh("1.31", selecting, general))).contains("own 2s");
    assertThat(effectivePolicy(selecting, mesh("1.31", selecting, another))).isEmpty();
  }

  @Test
  void otherNamespacesAndWildcardsAreNotMerged() {
    Resource exact = rule("a", "shop", "web", 2, policy(2));
    Resource wildcard = rule("b", "shop", "'*.shop.svc.cluster.local'", 1, policy(1));
    Resource client = rule("c", "client", "web.shop.svc.cluster.local", 1, policy(1));
    Resource root = rule("d", "istio-system", "web.shop.svc.cluster.local", 1, policy(1));
    Mesh mesh = mesh("1.31", exact, wildcard, client, root);

    for (Resource rule : List.of(exact, wildcard, client, root)) {
      assertThat(effectivePolicy(rule, mesh).orElseThrow().topIsOwn()).as(rule.name()).isTrue();
    }
    assertThat(interval(exact, mesh)).contains("own 2s");
  }

  @Test
  void aThirdNamespaceIsReadByItsOwnClientsOnly() {
    String host = "web.shop.svc.cluster.local";
    Map<String, Resource> rules =
        Map.of(
            "left out", rule("a", "ops", host, 1, policy(1) + exportTo("[client]")),
            "own clients", rule("b", "ops", host, 1, policy(1) + exportTo("[client, ops]")),
            "of the service", rule("c", "shop", host, 1, policy(1) + exportTo("[client]")),
            "of the root", rule("d", "istio-system", host, 1, policy(1) + exportTo("[client]")),
            "outside", rule("e", "ops", "example.com", 1, policy(1) + exportTo("[client]")));

    rules.forEach(
        (name, rule) ->
            assertThat(effectivePolicy(rule, mesh("1.31", rule)).isPresent())
                .as(name)
                .isEqualTo(!name.equals("left out")));
  }

  @Test
  void whatIsBeingDeletedDoesNotCount() {
    Resource going =
        Manifests.object(
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata:
              name: a
              namespace: shop
              creationTimestamp: "2026-01-01T00:00:01Z"
              deletionTimestamp: "2026-01-02T00:00:00Z"
            spec: {host: web, trafficPolicy: {}}
            """);
    Resource staying = rule("b", "shop", "web", 2, policy(2));

    assertThat(interval(staying, mesh("1.31", going, staying))).contains("own 2s");
  }

  @Test
  void workIsBounded() {
    List<Resource> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(rule("r" + i, "shop", "web", 1 + i % 50, policy(1)));
    }
    WorkBudget budget = new WorkBudget(60);
    Mesh fifty = mesh("1.31", many.toArray(new Resource[0]));
    assertThat(DestinationRules.effectivePolicy(many.get(0), fifty, budget)).isEmpty();
    assertThat(budget.isOver()).isTrue();
    assertThat(effectivePolicy(many.get(0), fifty)).isPresent();

    many.add(rule("one-more", "shop", "web", 60, policy(1)));
    Mesh more = mesh("1.31", many.toArray(new Resource[0]));
    assertThat(effectivePolicy(many.get(0), more)).isEmpty();
  }

  /** Returns the interval of the policy that counts, with a word before it where it is its own. */
  private static Optional<String> interval(Resource rule, Mesh mesh) {
    return effectivePolicy(rule, mesh)
        .map(
            found ->
                (found.topIsOwn() ? "own " : "")
                    + found
                        .policies()
                        .effective(
                            found.policies().top(), "outlierDetection", TrafficPolicies.OTHER_PORTS)
                        .at("interval")
                        .text(""));
  }

  private static Optional<EffectivePolicy> effectivePolicy(Resource rule, Mesh mesh) {
    return DestinationRules.effectivePolicy(rule, mesh, new WorkBudget(10_000));
  }

  private static String policy(int interval) {
    return POLICY.formatted(interval);
  }

  private static String exportTo(String list) {
    return list.isEmpty() ? "" : "\n  exportTo: " + list;
  }

  private static Resource rule(String name, String namespace, String host, int age, String spec) {
    String created =
        age == 0 ? "" : ", creationTimestamp: \"2026-01-01T00:00:%02dZ\"".formatted(age);
    return Manifests.object(
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %s, namespace: %s%s}
        spec:
          host: %s
          %s
        """
            .formatted(name, namespace, created, host, spec));
  }

  private static Mesh mesh(String istio, Resource... rules) {
    Versions versions = istio.isEmpty() ? Versions.UNKNOWN : Versions.of(Version.of(istio));
    MeshFacts facts = SampleFacts.of(versions);
    return new ObjectMesh(List.of(rules), kind -> true, facts);
  }
}
