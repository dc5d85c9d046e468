package io.meshguard.policy;

import static io.meshguard.policy.PolicyFixture.DENYING;
import static io.meshguard.policy.PolicyFixture.RULES;
import static io.meshguard.policy.PolicyFixture.RUNNING;
import static io.meshguard.policy.PolicyFixture.TODAY;
import static io.meshguard.policy.PolicyFixture.configMap;
import static io.meshguard.policy.PolicyFixture.in;
import static io.meshguard.policy.PolicyFixture.lines;
import static io.meshguard.policy.PolicyFixture.reader;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.policy.PolicyHolder.State;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyHolderTest {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant LATER = START.plusSeconds(60);
  private static final Resource WARN = configMap("unreachable-route: warn");
  private static final Resource OFF = configMap("unreachable-route: \"off\"");
  private static final Resource BAD = configMap("unreachable-route: loud");
  private static final Resource NEWER =
      configMap("unreachable-route: warn\nnew-rule: deny\npolicy.yaml: \"newKey: 1\"");

  private final PolicyHolder holder =
      new PolicyHolder(reader(), Policy.defaults(RULES, RUNNING), START);

  private static Mode mode(ActivePolicy inForce) {
    return inForce.policy().decide(DENYING, in("shop")).mode();
  }

  @Test
  void startsWithTheDefaults() {
    ActivePolicy inForce = holder.inForce();

    assertThat(inForce.state()).isEqualTo(State.DEFAULT);
    assertThat(inForce.generation()).isZero();
    assertThat(inForce.since()).isEqualTo(START);
    assertThat(inForce.data()).isEmpty();
    assertThat(mode(inForce)).isEqualTo(Mode.DENY);
  }

  @Test
  void eachGoodPolicyIsANewGeneration() {
    ActivePolicy first = holder.offer(WARN, LATER);
    ActivePolicy second = holder.offer(OFF, LATER.plusSeconds(1));

    assertThat(first.state()).isEqualTo(State.ACCEPTED);
    assertThat(first.generation()).isEqualTo(1);
    assertThat(first.since()).isEqualTo(LATER);
    assertThat(first.data()).isEqualTo(Map.of("unreachable-route", "warn"));
    assertThat(mode(first)).isEqualTo(Mode.WARN);
    assertThat(second.generation()).isEqualTo(2);
    assertThat(mode(second)).isEqualTo(Mode.OFF);
    assertThat(holder.inForce()).isSameAs(second);
  }

  @Test
  void theSamePolicyAgainIsNoNewGeneration() {
    holder.offer(WARN, LATER);
    ActivePolicy again = holder.offer(WARN, LATER.plusSeconds(1));

    assertThat(again.generation()).isEqualTo(1);
    assertThat(again.since()).isEqualTo(LATER);
    assertThat(again.state()).isEqualTo(State.ACCEPTED);
  }

  @Test
  void anEmptyPolicyIsAcceptedToo() {
    ActivePolicy inForce = holder.offer(configMap(""), LATER);

    assertThat(inForce.state()).isEqualTo(State.ACCEPTED);
    assertThat(inForce.generation()).isEqualTo(1);
  }

  @Test
  void aBadPolicyLeavesTheLastGoodOneInForce() {
    ActivePolicy good = holder.offer(WARN, LATER);
    ActivePolicy bad = holder.offer(BAD, LATER.plusSeconds(1));

    assertThat(bad.state()).isEqualTo(State.LAST_GOOD);
    assertThat(bad.policy()).isSameAs(good.policy());
    assertThat(bad.generation()).isEqualTo(1);
    assertThat(bad.since()).isEqualTo(LATER);
    assertThat(lines(bad.problems()))
        .containsExactly(
            "data: unreachable-route: \"loud\" is not possible here: expected off | warn | deny |"
                + " fix");
    ActivePolicy mended = holder.offer(WARN, LATER.plusSeconds(2));
    assertThat(mended.state()).isEqualTo(State.ACCEPTED);
    assertThat(mended.problems()).isEmpty();
    assertThat(mended.generation()).isEqualTo(1);
  }

  @Test
  void aBadPolicyAtTheStartLeavesTheDefaults() {
    ActivePolicy inForce = holder.offer(BAD, LATER);

    assertThat(inForce.state()).isEqualTo(State.DEFAULT);
    assertThat(inForce.problems()).hasSize(1);
    assertThat(mode(inForce)).isEqualTo(Mode.DENY);
  }

  @Test
  void deletingKeepsThePolicy() {
    ActivePolicy accepted = holder.offer(WARN, LATER);
    holder.offer(BAD, LATER);
    ActivePolicy deleted = holder.deleted();

    assertThat(deleted.state()).isEqualTo(State.DELETED);
    assertThat(deleted.policy()).isSameAs(accepted.policy());
    assertThat(deleted.problems()).isEmpty();
    assertThat(holder.offer(OFF, LATER).state()).isEqualTo(State.ACCEPTED);
  }

  @Test
  void thereIsNothingToDeleteFromTheDefaults() {
    assertThat(holder.deleted().state()).isEqualTo(State.DEFAULT);
  }

  @Test
  void aStoredPolicyServesWhereTheOneInTheClusterIsBadOrMissing() {
    holder.offer(BAD, LATER);
    ActivePolicy restored = holder.restore(WARN, LATER);

    assertThat(restored.state()).isEqualTo(State.LAST_GOOD);
    assertThat(restored.generation()).isEqualTo(1);
    assertThat(mode(restored)).isEqualTo(Mode.WARN);
    assertThat(restored.problems()).hasSize(1);
    assertThat(holder.deleted().state()).isEqualTo(State.DELETED);
    assertThat(mode(holder.restore(OFF, LATER))).isEqualTo(Mode.OFF);
    assertThat(holder.inForce().state()).isEqualTo(State.DELETED);
  }

  @Test
  void aStoredPolicyWithoutOneInTheClusterWasDeletedThere() {
    holder.deleted();
    ActivePolicy restored = holder.restore(WARN, LATER);

    assertThat(restored.state()).isEqualTo(State.DELETED);
    assertThat(mode(restored)).isEqualTo(Mode.WARN);
    assertThat(holder.offer(BAD, LATER).state()).isEqualTo(State.LAST_GOOD);
  }

  @Test
  void aStoredPolicyDoesNotReplaceTheOneInTheCluster() {
    ActivePolicy accepted = holder.offer(WARN, LATER);

    assertThat(holder.restore(OFF, LATER)).isSameAs(accepted);
  }

  @Test
  void aStoredPolicyThatIsNoYamlChangesNothing() {
    ActivePolicy before = holder.inForce();

    assertThat(holder.restore(configMap("policy.yaml: \"{\""), LATER)).isSameAs(before);
  }

  @Test
  void aPolicyOfANewerReleaseIsUsedWithoutWhatIsNotKnown() {
    ActivePolicy restored = holder.restore(NEWER, LATER);

    assertThat(mode(restored)).isEqualTo(Mode.WARN);
    assertThat(lines(restored.ignored()))
        .containsExactly(
            "data: new-rule: is neither the name of a rule nor enforcement nor policy.yaml",
            "policy.yaml:1:1: newKey: is not a valid key here");
    ActivePolicy offered = holder.offer(NEWER, LATER);
    assertThat(offered.state()).isEqualTo(State.LAST_GOOD);
    assertThat(offered.problems()).hasSize(2);
    assertThat(mode(offered)).isEqualTo(Mode.WARN);
  }

  @Test
  void whatIsLeftOutNeverWidensWhatIsMeant() {
    Resource stored =
        configMap(
            """
            enforcement: audit
            policy.yaml: |
              rules: {unreachable-route: quarantine, host-outside-mesh: deny}
              overrides:
              - {namespaces: [a], cluster: eu, rules: {unreachable-route: "off"}}
              - {namespaces: [b], rules: {unreachable-route: "off", newer: deny}}
              exemptions:
              - {rules: [unreachable-route], objects: ["*/c/*"], reason: r, operations: [CREATE]}
              - {rules: [unreachable-route], objects: ["*/d/*"], reason: r}
            """);

    PolicyResult result = reader().readLenient(stored, TODAY);
    Policy policy = PolicyFixture.accepted(result);

    assertThat(policy.enforcement()).isEqualTo(Enforcement.WARN);
    assertThat(policy.decide(DENYING, in("a")).configured()).isEqualTo(Mode.DENY);
    assertThat(policy.decide(DENYING, in("b")).configured()).isEqualTo(Mode.OFF);
    assertThat(policy.decide(DENYING, in("c")).exemption()).isEmpty();
    assertThat(policy.decide(DENYING, in("d")).exemption()).isPresent();
    assertThat(policy.decide(PolicyFixture.ADVISING, in("c")).configured()).isEqualTo(Mode.DENY);
    assertThat(((PolicyResult.Accepted) result).ignored()).hasSize(5);
  }
}
