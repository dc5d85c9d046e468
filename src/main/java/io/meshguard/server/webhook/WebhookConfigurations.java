package io.meshguard.server.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.audit.Scope;
import io.meshguard.kube.StoredWebhooks;
import io.meshguard.pause.Pause;
import io.meshguard.policy.PolicyReader;
import io.meshguard.resource.Kind;
import io.meshguard.rule.RuleInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The webhook configurations that have an API server call Meshguard for what the rules of the
 * catalogue look at. Every field that an API server would default is written out, so that nobody
 * sees a difference where there is none.
 */
public final class WebhookConfigurations {

  private static final Set<Kind> ACCESS_KINDS =
      Set.of(Kind.ROLE, Kind.CLUSTER_ROLE, Kind.ROLE_BINDING, Kind.CLUSTER_ROLE_BINDING);
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  /** Kinds of which there are too many to be sent without match conditions. */
  private static final Set<Kind> NEED_CONDITIONS =
      Set.of(Kind.POD, Kind.REPLICA_SET, Kind.CONFIG_MAP);

  private final Options options;
  private final Set<Kind> subjects;

  /** Makes configurations for what rules report on. */
  public WebhookConfigurations(Collection<RuleInfo> rules, Options options) {
    this.options = options;
    this.subjects =
        rules.stream()
            .filter(rule -> !rule.linterOnly())
            .flatMap(rule -> rule.subjects().stream())
            .filter(kind -> options.conditions() || !NEED_CONDITIONS.contains(kind))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What differs from one cluster to another.
   *
   * @param name name of both configurations
   * @param namespace namespace of Meshguard itself
   * @param service Service that leads to the webhook, used where there is no url
   * @param url address of the webhook instead of a Service
   * @param authorityPem authority that signed the webhook's certificate; empty to leave it out
   * @param meshNamespaces the mesh's root namespaces
   * @param conditions whether the API server knows match conditions: from Kubernetes 1.28 on
   */
  public record Options(
      String name,
      String namespace,
      String service,
      Optional<String> url,
      Optional<String> authorityPem,
      Set<String> meshNamespaces,
      boolean conditions) {

    public Options {
      meshNamespaces = Set.copyOf(meshNamespaces);
    }
  }

  /**
   * Kinds that one entry is for. Roles and bindings have one of their own, which is never to fail
   * closed: a ClusterRoleBinding has no namespace to be left out by, and Meshguard's own is among
   * them.
   */
  private enum Group {
    WORKLOADS("workloads"),
    MESH("mesh"),
    ACCESS("access");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    static Group of(Kind kind) {
      if (ACCESS_KINDS.contains(kind)) {
        return ACCESS;
      }
      return Scope.WORKLOADS.contains(kind) ? WORKLOADS : MESH;
    }
  }

  /** Returns the ValidatingWebhookConfiguration. */
  public ObjectNode validating() {
    ObjectNode configuration = configuration("ValidatingWebhookConfiguration");
    ArrayNode webhooks = configuration.putArray("webhooks");
    for (Group group : Group.values()) {
      webhooks.add(entry("validate-" + group.title + ".meshguard.io", "/validate", group));
    }
    webhooks.add(policyEntry());
    return configuration;
  }

  /** Returns the MutatingWebhookConfiguration. */
  public ObjectNode mutating() {
    ObjectNode configuration = configuration("MutatingWebhookConfiguration");
    ArrayNode webhooks = configuration.putArray("webhooks");
    for (Group group : Group.values()) {
      String name = "mutate-" + group.title + ".meshguard.io";
      webhooks.add(entry(name, "/mutate", group).put("reinvocationPolicy", "IfNeeded"));
    }
    return configuration;
  }

  private ObjectNode configuration(String kind) {
    ObjectNode configuration = JsonNodeFactory.instance.objectNode();
    configuration.put("apiVersion", "admissionregistration.k8s.io/v1").put("kind", kind);
    configuration
        .putObject("metadata")
        .put("name", options.name())
        .putObject("labels")
        .put(StoredWebhooks.LABEL, StoredWebhooks.OURS);
    return configuration;
  }

  private ObjectNode entry(String name, String path, Group group) {
    Set<String> excluded = new TreeSet<>(Scope.KUBE_NAMESPACES);
    excluded.add(options.namespace());
    if (group == Group.WORKLOADS) {
      excluded.addAll(options.meshNamespaces());
    }
    Set<Kind> kinds =
        subjects.stream().filter(kind -> Group.of(kind) == group).collect(Collectors.toSet());
    ObjectNode webhook = webhook(name, path, rules(kinds));
    namespaces(webhook, "NotIn", excluded);
    if (options.conditions()) {
      conditions(
          webhook, group == Group.WORKLOADS ? MatchConditions.WORKLOADS : MatchConditions.MESH);
    }
    return webhook;
  }

  private ObjectNode policyEntry() {
    ObjectNode webhook = webhook("policy.meshguard.io", "/policy", rules(Set.of(Kind.CONFIG_MAP)));
    namespaces(webhook, "In", Set.of(options.namespace()));
    if (options.conditions()) {
      conditions(
          webhook,
          Map.of(
              "policy",
              "request.name in ['%s', '%s']".formatted(PolicyReader.CONFIG_MAP, Pause.CONFIG_MAP)));
    }
    return webhook;
  }

  private ObjectNode webhook(String name, String path, ArrayNode rules) {
    ObjectNode webhook = JsonNodeFactory.instance.objectNode();
    webhook.put("name", name);
    webhook.putArray("admissionReviewVersions").add("v1");
    webhook.set("clientConfig", clientConfig(path));
    webhook.set("rules", rules);
    webhook.put("failurePolicy", "Ignore").put("matchPolicy", "Equivalent");
    webhook.put("sideEffects", "None").put("timeoutSeconds", 3);
    webhook.putObject("objectSelector");
    return webhook;
  }

  private ObjectNode clientConfig(String path) {
    ObjectNode client = JsonNodeFactory.instance.objectNode();
    if (options.url().isPresent()) {
      client.put("url", options.url().get() + path);
    } else {
      client
          .putObject("service")
          .put("namespace", options.namespace())
          .put("name", options.service())
          .put("path", path)
          .put("port", 443);
    }
    options.authorityPem().ifPresent(pem -> client.put("caBundle", base64(pem)));
    return client;
  }

  static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  /** Kinds of one group and the same versions share a rule. */
  private static ArrayNode rules(Set<Kind> kinds) {
    Map<String, List<Kind>> grouped =
        kinds.stream()
            .sorted(Comparator.comparing(Kind::plural))
            .collect(
                Collectors.groupingBy(
                    kind -> kind.group() + kind.versions(), TreeMap::new, Collectors.toList()));
    ArrayNode rules = JsonNodeFactory.instance.arrayNode();
    for (List<Kind> together : grouped.values()) {
      ObjectNode rule = rules.addObject();
      rule.putArray("apiGroups").add(together.get(0).group());
      ArrayNode versions = rule.putArray("apiVersions");
      together.get(0).versions().forEach(versions::add);
      rule.putArray("operations").add("CREATE").add("UPDATE");
      ArrayNode resources = rule.putArray("resources");
      together.forEach(kind -> resources.add(kind.plural()));
      rule.put("scope", "*");
    }
    return rules;
  }

  private static void namespaces(ObjectNode webhook, String operator, Set<String> names) {
    ObjectNode expression =
        webhook.putObject("namespaceSelector").putArray("matchExpressions").addObject();
    expression.put("key", NAMESPACE_NAME).put("operator", operator);
    ArrayNode values = expression.putArray("values");
    new TreeSet<>(names).forEach(values::add);
  }

  private static void conditions(ObjectNode webhook, Map<String, String> expressions) {
    ArrayNode conditions = webhook.putArray("matchConditions");
    new TreeMap<>(expressions)
        .forEach(
            (name, expression) ->
                conditions.addObject().put("name", name).put("expression", expression));
  }
}
