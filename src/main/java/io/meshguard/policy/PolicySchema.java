package io.meshguard.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.RuleInfo;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes the JSON Schema (draft 2020-12) of policy.yaml, for editors. What only reading a policy
 * can tell, for example that a day exists, it does not check.
 */
public final class PolicySchema {

  static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
  static final String VERSION =
      "^v?[0-9]{1,4}[.-][0-9]{1,4}([.-][0-9]{1,4})?([+-][0-9A-Za-z.+_-]+)?$";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<RuleInfo> rules;

  private PolicySchema(List<RuleInfo> rules) {
    this.rules = rules;
  }

  /** Returns the schema for policies that speak of these rules. */
  public static JsonNode of(List<RuleInfo> rules) {
    return new PolicySchema(rules).root();
  }

  /** Returns the schema as the text of a file: indented, with line feeds, one at the end. */
  public static String text(List<RuleInfo> rules) {
    return text(of(rules));
  }

  static String text(JsonNode schema) {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes cannot be written", e);
    }
  }

  private ObjectNode root() {
    ObjectNode properties = NODES.objectNode();
    general(properties);
    properties.set("rules", ref("rules"));
    properties.set("overrides", list(override()));
    properties.set("exemptions", list(exemption()));
    ObjectNode root =
        NODES.objectNode().put("$schema", DRAFT).put("title", "Meshguard policy.yaml");
    root.setAll(orNull(mapping(properties)));
    ObjectNode definitions = root.putObject("$defs");
    definitions.set("mode", modes(List.of(Mode.OFF, Mode.WARN, Mode.DENY), false));
    definitions.set("modeOrFix", modes(List.of(Mode.values()), false));
    definitions.set("rules", orNull(rules()));
    definitions.set("ruleIds", nonEmpty(list(words(ids()))));
    definitions.set("texts", nonEmpty(list(filled())));
    definitions.set("selector", selector());
    definitions.set("version", type("string").put("pattern", VERSION));
    return root;
  }

  private static void general(ObjectNode properties) {
    properties.set("language", words(GeneralReader.LANGUAGES.keySet()));
    properties.set("contact", type("string"));
    properties.set("docsUrl", type("string").put("pattern", "^$|^https?://[^ ]*$"));
    ObjectNode perRevision = type("object");
    perRevision.set("additionalProperties", ref("version"));
    properties.set("istioVersion", anyOf(words(List.of("auto")), ref("version"), perRevision));
    properties.set("kubernetesVersion", anyOf(words(List.of("auto")), ref("version")));
    properties.set("platform", words(GeneralReader.PLATFORMS.keySet()));
    ObjectNode mesh = NODES.objectNode();
    mesh.set("clusters", words(GeneralReader.CLUSTERS.keySet()));
    properties.set("mesh", mapping(mesh));
    properties.set("meshNamespaces", ref("texts"));
    properties.set("controllers", list(serviceAccount()));
    properties.set("announceRouteChanges", words(new TreeSet<>(GeneralReader.ANNOUNCING.keySet())));
    properties.set("teamLabel", filled());
    properties.set("argoCdNamespace", filled());
    properties.set("dryRun", words(GeneralReader.DRY_RUNS.keySet()));
    properties.set("dryRunEnforceFor", ref("texts"));
    properties.set("gitops", words(GeneralReader.GITOPS.keySet()));
    properties.set("ratchet", type("boolean"));
    properties.set("stamp", type("boolean"));
    properties.set("selfService", type("boolean"));
    properties.set("disclose", words(GeneralReader.DISCLOSES.keySet()));
    properties.set("rulesAsOf", ref("version"));
  }

  private ObjectNode rules() {
    ObjectNode properties = NODES.objectNode();
    properties.set(RulesReader.ALL, modes(List.of(Mode.values()), true));
    for (RuleInfo rule : rules) {
      String mode = rule.fixable() ? "modeOrFix" : "mode";
      ObjectNode settings = NODES.objectNode();
      settings.set(RulesReader.MODE, ref(mode));
      rule.parameters().forEach(p -> settings.set(p.name(), parameter(p)));
      properties.set(rule.id(), anyOf(ref(mode), mapping(settings).put("minProperties", 1)));
    }
    return mapping(properties);
  }

  private static ObjectNode override() {
    ObjectNode properties = NODES.objectNode();
    properties.set("namespaces", ref("texts"));
    properties.set("namespaceSelector", ref("selector"));
    properties.set("rules", ref("rules"));
    properties.set("language", words(GeneralReader.LANGUAGES.keySet()));
    properties.set("dryRun", words(GeneralReader.DRY_RUNS.keySet()));
    ObjectNode override = mapping(properties);
    override.set("anyOf", required("namespaces", "namespaceSelector"));
    return override;
  }

  private static ObjectNode exemption() {
    ObjectNode properties = NODES.objectNode();
    properties.set("rules", ref("ruleIds"));
    ObjectNode object = type("string").put("pattern", "^[^/]+/[^/]+(/[^/]+)?$");
    properties.set("objects", nonEmpty(list(object)));
    properties.set("users", ref("texts"));
    properties.set("groups", ref("texts"));
    properties.set("serviceAccounts", nonEmpty(list(serviceAccount())));
    properties.set("reason", filled());
    properties.set("owner", filled());
    properties.set("expires", type("string").put("format", "date"));
    ObjectNode exemption = mapping(properties);
    exemption.putArray("required").add("rules").add("reason");
    exemption.set("anyOf", required("objects", "users", "groups", "serviceAccounts"));
    return exemption;
  }

  private static ObjectNode serviceAccount() {
    return type("string").put("pattern", "^[^/]*/[^/]*$");
  }

  private static ObjectNode parameter(Parameter parameter) {
    return switch (parameter.type()) {
      case BOOLEAN -> type("boolean");
      case WORD -> words(parameter.values());
      case LABEL_SELECTOR -> ref("selector");
      case POSITIVE_INTEGER -> type("integer").put("minimum", 1).put("maximum", Integer.MAX_VALUE);
    };
  }

  private static ObjectNode selector() {
    ObjectNode labels = type("object").put("minProperties", 1);
    labels.set("additionalProperties", type("string"));
    ObjectNode properties = NODES.objectNode();
    properties.set("matchLabels", labels);
    ObjectNode selector = mapping(properties);
    selector.putArray("required").add("matchLabels");
    return selector;
  }

  /** YAML 1.1 reads a bare {@code off} as false, and some editors do too. */
  private static ObjectNode modes(List<Mode> modes, boolean ownMode) {
    ObjectNode node = NODES.objectNode();
    ArrayNode words = node.putArray("enum");
    if (ownMode) {
      words.add(ModeRules.DEFAULT);
    }
    modes.forEach(mode -> words.add(mode.text()));
    words.add(false);
    return node;
  }

  private List<String> ids() {
    return Stream.concat(Stream.of(RulesReader.ALL), rules.stream().map(RuleInfo::id)).toList();
  }

  private static ArrayNode required(String... keys) {
    ArrayNode choices = NODES.arrayNode();
    for (String key : keys) {
      choices.addObject().putArray("required").add(key);
    }
    return choices;
  }

  private static ObjectNode orNull(ObjectNode schema) {
    schema.putArray("type").add("object").add("null");
    return schema;
  }

  private static ObjectNode mapping(ObjectNode properties) {
    ObjectNode mapping = type("object");
    mapping.set("properties", properties);
    return mapping.put("additionalProperties", false);
  }

  private static ObjectNode list(ObjectNode items) {
    ObjectNode list = type("array");
    list.set("items", items);
    return list;
  }

  private static ObjectNode nonEmpty(ObjectNode list) {
    return list.put("minItems", 1);
  }

  private static ObjectNode filled() {
    return type("string").put("minLength", 1);
  }

  private static ObjectNode words(Collection<String> allowed) {
    ObjectNode node = NODES.objectNode();
    ArrayNode words = node.putArray("enum");
    allowed.forEach(words::add);
    return node;
  }

  private static ObjectNode anyOf(ObjectNode... schemas) {
    ObjectNode node = NODES.objectNode();
    node.putArray("anyOf").addAll(List.of(schemas));
    return node;
  }

  private static ObjectNode ref(String definition) {
    return NODES.objectNode().put("$ref", "#/$defs/" + definition);
  }

  private static ObjectNode type(String type) {
    return NODES.objectNode().put("type", type);
  }
}
