package io.meshguard.rules.fields;

import io.meshguard.mesh.Version;
import io.meshguard.resource.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields of each kind, over all versions that the list was made from: those of Istio from its
 * resource definitions, those of Kubernetes from its OpenAPI document.
 *
 * <p>Each line of the resource {@code fields.txt} is a node: its number, then its fields. {@code
 * name} is a field below which nothing is judged, {@code name=7} one that node 7 describes, {@code
 * name[]=7} a list of such. Nodes stand before those that name them.
 *
 * @param newestIstio the newest line of Istio in the list
 * @param newestKubernetes the newest line of Kubernetes in the list
 * @param kinds the root of each kind by {@code group/Kind}
 */
record FieldList(Version newestIstio, Version newestKubernetes, Map<String, FieldNode> kinds) {

  private static final String RESOURCE = "fields.txt";

  /** Returns the list that comes with the program. */
  static FieldList bundled() {
    return Bundled.LIST;
  }

  /** Read once, when it is first needed. */
  private static final class Bundled {
    private static final FieldList LIST = load();
  }

  /** Returns the root of a kind; empty for a kind that the list does not have. */
  Optional<FieldNode> of(Kind kind) {
    return Optional.ofNullable(kinds.get(kind.group() + "/" + kind.name()));
  }

  /** Reads the list from its lines. */
  static FieldList parse(List<String> lines) {
    Map<String, FieldNode> nodes = new HashMap<>();
    Map<String, FieldNode> kinds = new HashMap<>();
    Version istio = new Version(0, 0, 0);
    Version kubernetes = new Version(0, 0, 0);
    for (String line : lines) {
      List<String> words = List.of(line.split(" ", -1));
      String first = words.get(0);
      switch (first) {
        case "#", "" -> {}
        case "istio" -> istio = Version.of(words.get(words.size() - 1));
        case "kubernetes" -> kubernetes = Version.of(words.get(words.size() - 1));
        case "kind" -> kinds.put(words.get(1), known(nodes, words.get(2)));
        default -> nodes.put(first, node(nodes, words.subList(1, words.size())));
      }
    }
    return new FieldList(istio, kubernetes, Map.copyOf(kinds));
  }

  private static FieldNode node(Map<String, FieldNode> nodes, List<String> words) {
    Map<String, FieldNode.Field> fields = new TreeMap<>();
    for (String word : words) {
      int equals = word.lastIndexOf('=');
      String left = equals < 0 ? word : word.substring(0, equals);
      Optional<FieldNode> below =
          equals < 0 ? Optional.empty() : Optional.of(known(nodes, word.substring(equals + 1)));
      boolean list = left.endsWith("[]");
      String name = list ? left.substring(0, left.length() - 2) : left;
      fields.put(name, new FieldNode.Field(list, below));
    }
    return FieldNode.of(fields);
  }

  private static FieldNode known(Map<String, FieldNode> nodes, String number) {
    FieldNode node = nodes.get(number);
    if (node == null) {
      throw new IllegalArgumentException(RESOURCE + ": no node " + number);
    }
    return node;
  }

  private static FieldList load() {
    try (InputStream in = FieldList.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      InputStreamReader text = new InputStreamReader(in, StandardCharsets.UTF_8);
      return parse(new BufferedReader(text).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
