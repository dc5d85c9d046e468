package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.engine.Subject;
import io.meshguard.mesh.Requester;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.YamlReader;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules of every sort, and the objects and people that tests of this package need. */
final class PolicyFixture {

  static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
  static final Version RUNNING = Version.of("0.1");

  /** Refuses by default; its fix may be applied. */
  static final RuleInfo DENYING =
      RuleInfo.rule("unreachable-route")
          .subjects(Kind.VIRTUAL_SERVICE)
          .mode(Mode.DENY)
          .fixes(Safety.SAFE, Safety.UNSAFE)
          .build();

  /** Off by default; its fix may be applied. */
  static final RuleInfo OPT_IN =
      RuleInfo.rule("implicit-retries")
          .subjects(Kind.VIRTUAL_SERVICE)
          .mode(Mode.OFF)
          .fixes(Safety.UNSAFE)
          .parameter(Parameter.bool("keepSafe"))
          .parameter(Parameter.word("speak", "java", "nodejs"))
          .parameter(Parameter.labelSelector("selector"))
          .build();

  /** Warns by default; its fix may be applied. */
  static final RuleInfo WARNING =
      RuleInfo.rule("connection-limit-without-pending-limit")
          .subjects(Kind.DESTINATION_RULE)
          .fixes(Safety.UNSAFE)
          .parameter(Parameter.positiveInteger("pendingLimit"))
          .build();

  /** Warns by default; has advice only. */
  static final RuleInfo ADVISING =
      RuleInfo.rule("host-outside-mesh")
          .subjects(Kind.VIRTUAL_SERVICE, Kind.NAMESPACE)
          .fixes(Safety.MANUAL)
          .build();

  static final List<RuleInfo> RULES = List.of(DENYING, OPT_IN, WARNING, ADVISING);

  private PolicyFixture() {}

  static PolicyReader reader() {
    return new PolicyReader(RULES, RUNNING);
  }

  /** Returns a live ConfigMap with what a YAML mapping says in its data. */
  static Resource configMap(String data) {
    String indented = data.isEmpty() ? " {}" : "\n" + data.indent(2);
    String text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: meshguard-policy}\ndata:" + indented;
    return Resource.of(YamlReader.readOne(text).tree(), "meshguard", Origin.NONE);
  }

  /** Returns a live ConfigMap with a policy.yaml only. */
  static Resource policyYaml(String policyYaml) {
    return configMap("policy.yaml: |\n" + policyYaml.indent(2));
  }

  /** Reads a bare policy.yaml that must be good. */
  static Policy policy(String policyYaml) {
    return accepted(reader().readFile("policy.yaml", policyYaml, TODAY));
  }

  /** Reads the data of a ConfigMap that must be good. */
  static Policy policyOf(String data) {
    return accepted(reader().read(configMap(data), TODAY));
  }

  static Policy accepted(PolicyResult result) {
    return result.policy().orElseThrow(() -> new AssertionError("refused: " + result.problems()));
  }

  /** Returns what is wrong with a bare policy.yaml, one line each. */
  static List<String> problems(String policyYaml) {
    return lines(reader().readFile("policy.yaml", policyYaml, TODAY).problems());
  }

  static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  static Resource object(String yaml) {
    JsonNode tree = YamlReader.readOne(yaml).tree();
    return Resource.of(tree, "default", Origin.NONE);
  }

  static Resource virtualService(String namespace, String name, String annotations) {
    return object(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: "
            + name
            + ", namespace: "
            + namespace
            + ", annotations: {"
            + annotations
            + "}}\n");
  }

  static Subject subject(Resource object) {
    return new Subject(object, Map.of(), Optional.empty(), TODAY);
  }

  static Subject in(String namespace) {
    return subject(virtualService(namespace, "shop", ""));
  }

  static Subject asked(Resource object, String user, String... groups) {
    Requester requester = new Requester(user, Set.of(groups));
    return new Subject(object, Map.of(), Optional.of(requester), TODAY);
  }
}
