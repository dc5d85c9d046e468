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
 * <p>A line is only read when a kind needs it: a check of one file would else wait for all of them.
 */
final class FieldList {

  private static final String RESOURCE = "fields.txt";

  private final Version newestIstio;
  private final Version newestKubernetes;

  /** The number of its root for each kind, by {@code group/Kind}. */
  private final Map<String, String> kinds;

  /** The fields of each node, by its number. */
  private final Map<String, String> lines;

  private final Map<String, FieldNode> nodes = new HashMap<>();

  private FieldList(
      Version newestIstio,
      Version newestKubernetes,
      Map<String, String> kinds,
      Map<String, String> lines) {
    this.newestIstio = newestIstio;
    this.newestKubernetes = newestKubernetes;
    this.kinds = kinds;
    this.lines = lines;
  }

  /** Returns the list that comes with the program. */
  static FieldList bundled() {
    return Bundled.LIST;
  }

  /** Read once, when it is first needed. */
  private static final class Bundled {
    private static final FieldList LIST = load();
  }

  /** Returns the newest line of Istio in the list. */
  Version newestIstio() {
    return newestIstio;
  }

  /** Returns the newest line of Kubernetes in the list. */
  Version newestKubernetes() {
    return newestKubernetes;
  }

  /** Returns the root of a kind; empty for a kind that the list does not have. */
  Optional<FieldNode> of(Kind kind) {
    String number = kinds.get(kind.group() + "/" + kind.name());
    return number == null ? Optional.empty() : Optional.of(node(number));
  }

  /** Reads the list from its lines. */
  static FieldList parse(List<String> lines) {
    Map<String, String> nodes = new HashMap<>();
    Map<String, String> kinds = new HashMap<>();
    Version istio = new Version(0, 0, 0);
    Version kubernetes = new Version(0, 0, 0);
    for (String line : lines) {
      int space = line.indexOf(' ');
      String first = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1);
      switch (first) {
        case "#", "" -> {}
        case "istio" -> istio = newest(rest);
        case "kubernetes" -> kubernetes = newest(rest);
        case "kind" -> {
          int end = rest.indexOf(' ');
          kinds.put(rest.substring(0, end), rest.substring(end + 1));
        }
        default -> nodes.put(first, rest);
      }
    }
    return new FieldList(istio, kubernetes, kinds, nodes);
  }

  private static Version newest(String versions) {
    return Version.of(versions.substring(versions.lastIndexOf(' ') + 1));
  }

  private synchronized FieldNode node(String number) {
    FieldNode known = nodes.get(number);
    if (known != null) {
      return known;
    }
    String line = lines.get(number);
    if (line == null) {
      throw new IllegalArgumentException(RESOURCE + ": no node " + number);
    }
    Map<String, FieldNode.Field> fields = new TreeMap<>();
    for (String word : line.isEmpty() ? new String[0] : line.split(" ", -1)) {
      int equals = word.lastIndexOf('=');
      String left = equals < 0 ? word : word.substring(0, equals);
      Optional<FieldNode> below =
          equals < 0 ? Optional.empty() : Optional.of(node(word.substring(equals + 1)));
      boolean list = left.endsWith("[]");
      String name = list ? left.substring(0, left.length() - 2) : left;
      fields.put(name, new FieldNode.Field(list, below));
    }
    FieldNode node = FieldNode.of(fields);
    nodes.put(number, node);
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
