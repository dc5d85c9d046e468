package io.meshguard.expect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** Writes the JSON Schema (draft 2020-12) of a document of route tests, for editors. */
public final class RouteTestSchema {

  private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
  private static final String DURATION = "^(none|0|([0-9]+(\\.[0-9]+)?(h|m|s|ms))+)$";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RouteTestSchema() {}

  /** Returns the schema as the text of a file: indented, with line feeds, one at the end. */
  public static String text() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(schema()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes cannot be written", e);
    }
  }

  /** Returns the schema. */
  static ObjectNode schema() {
    ObjectNode properties = NODES.objectNode();
    entries(properties);
    properties.set(Keys.CERTAIN, type("boolean"));
    ObjectNode tests = type("array").put("minItems", 1);
    tests.set("items", ref("test"));
    properties.set(Keys.TESTS, tests);
    ObjectNode root = NODES.objectNode().put("$schema", DRAFT);
    root.put("title", "Meshguard meshguard-tests.yaml");
    root.setAll(mapping(properties));
    root.putArray("required").add(Keys.TESTS);
    root.set("not", bothEntries());
    ObjectNode definitions = root.putObject("$defs");
    definitions.set("test", test());
    definitions.set("expect", expect());
    ObjectNode scalar = NODES.objectNode();
    scalar.putArray("type").add("string").add("number").add("boolean");
    definitions.set("scalar", scalar);
    definitions.set("duration", NODES.objectNode().put("pattern", DURATION));
    return root;
  }

  private static ObjectNode bothEntries() {
    ObjectNode both = NODES.objectNode();
    both.putArray("required").add(Keys.AT).add(Keys.FROM);
    return both;
  }

  private static void entries(ObjectNode properties) {
    properties.set(Keys.AT, filled());
    properties.set(Keys.FROM, filled());
  }

  private static ObjectNode test() {
    ObjectNode properties = NODES.objectNode();
    properties.set(Keys.NAME, filled());
    properties.set(Keys.REQUEST, filled());
    ObjectNode headers = type("object");
    headers.set("additionalProperties", oneOrMore());
    properties.set(Keys.HEADERS, headers);
    ObjectNode versions = NODES.objectNode();
    ArrayNode words = versions.putArray("enum");
    Keys.VERSIONS.forEach(words::add);
    // Without quotes YAML reads them as numbers.
    words.add(1.0).add(1.1).add(2);
    properties.set(Keys.HTTP, versions);
    properties.set(Keys.SERVER_NAME, filled());
    entries(properties);
    properties.set(Keys.EXPECT, ref("expect"));
    ObjectNode test = mapping(properties);
    test.putArray("required").add(Keys.REQUEST).add(Keys.EXPECT);
    test.set("not", bothEntries());
    return test;
  }

  private static ObjectNode expect() {
    ObjectNode properties = NODES.objectNode();
    properties.set(Keys.OUTCOME, words(OutcomeWord.ALL));
    properties.set(Keys.HOST, filled());
    properties.set(Keys.PORT, number(1, ExpectationReader.MOST_PORT));
    properties.set(Keys.SUBSET, ref("scalar"));
    properties.set(Keys.STATUS, number(0, ExpectationReader.MOST_STATUS));
    properties.set(Keys.FLAG, words(ExpectationReader.FLAGS));
    properties.set(Keys.REDIRECT, filled());
    properties.set(Keys.LOCATION, filled());
    properties.set(Keys.TIMEOUT, ref("duration"));
    properties.set(Keys.RETRIES, number(0, ExpectationReader.MOST_RETRIES));
    properties.set(Keys.PER_TRY_TIMEOUT, ref("duration"));
    ObjectNode weights = type("object");
    weights.set("additionalProperties", number(0, ExpectationReader.ALL));
    properties.set(Keys.WEIGHTS, weights);
    ObjectNode rewrite = NODES.objectNode();
    Keys.OF_REWRITE.forEach(key -> rewrite.set(key, filled()));
    properties.set(Keys.REWRITE, mapping(rewrite));
    properties.set(Keys.HEADERS, headers());
    properties.set(Keys.MIRROR, oneOrMore());
    properties.set(Keys.CERTAIN, type("boolean"));
    return mapping(properties).put("minProperties", 1);
  }

  private static ObjectNode headers() {
    ObjectNode values = type("object");
    values.set("additionalProperties", ref("scalar"));
    ObjectNode operations = NODES.objectNode();
    operations.set(Keys.SET, values);
    operations.set(Keys.ADD, values);
    operations.set(Keys.REMOVE, oneOrMore());
    ObjectNode sides = NODES.objectNode();
    Keys.SIDES.forEach(side -> sides.set(side, mapping(operations)));
    return mapping(sides);
  }

  private static ObjectNode oneOrMore() {
    ObjectNode list = type("array");
    list.set("items", ref("scalar"));
    ObjectNode node = NODES.objectNode();
    node.putArray("anyOf").add(ref("scalar")).add(list);
    return node;
  }

  private static ObjectNode mapping(ObjectNode properties) {
    ObjectNode mapping = type("object");
    mapping.set("properties", properties);
    return mapping.put("additionalProperties", false);
  }

  private static ObjectNode filled() {
    return type("string").put("minLength", 1);
  }

  private static ObjectNode number(long least, long most) {
    return type("integer").put("minimum", least).put("maximum", most);
  }

  private static ObjectNode words(Collection<String> allowed) {
    ObjectNode node = NODES.objectNode();
    ArrayNode words = node.putArray("enum");
    allowed.forEach(words::add);
    return node;
  }

  private static ObjectNode ref(String definition) {
    return NODES.objectNode().put("$ref", "#/$defs/" + definition);
  }

  private static ObjectNode type(String type) {
    return NODES.objectNode().put("type", type);
  }
}
