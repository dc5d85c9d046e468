package io.meshguard.rules.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Cursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a field that stands in a wrong place belongs, as far as that can be guessed. */
final class Placement {

  private static final int DEEPEST = 8;

  /**
   * Levels from the root of an object down to the place in question.
   *
   * @param path dotted path of the level, empty for the root
   * @param node the fields that may stand there
   */
  record Level(String path, FieldNode node) {}

  /** A place for the field, and how many levels below the searched one it lies. */
  private record Candidate(List<String> steps, String path) {}

  private Placement() {}

  /**
   * Returns the path of the place where a field belongs: first below its neighbours, as when a line
   * is indented too little, then anywhere below the levels above.
   */
  static Optional<String> of(Cursor object, String name, JsonNode value, List<Level> levels) {
    for (int i = levels.size() - 1; i >= 0; i--) {
      boolean own = i == levels.size() - 1;
      List<Candidate> found = search(levels.get(i), name, value);
      Comparator<Candidate> order = Comparator.comparingInt(c -> c.steps().size());
      if (own) {
        order = Comparator.<Candidate>comparingInt(c -> rank(object, c)).thenComparing(order);
      }
      Optional<Candidate> best = found.stream().min(order.thenComparing(Candidate::path));
      if (best.isPresent()) {
        return best.map(Candidate::path);
      }
    }
    return Optional.empty();
  }

  /** Returns the neighbour that was probably meant: the same but for case, or one slip away. */
  static Optional<String> typo(String name, FieldNode node) {
    String plain = plain(name);
    Optional<String> same =
        node.fields().keySet().stream().filter(field -> plain(field).equals(plain)).findFirst();
    int most = name.length() < 4 ? 0 : name.length() < 8 ? 1 : 2;
    return same.or(
        () ->
            node.fields().keySet().stream()
                .filter(field -> distance(plain, plain(field)) <= most)
                .min(Comparator.comparingInt(field -> distance(plain, plain(field)))));
  }

  /** A neighbour without a value is what a line that is indented too little leaves behind. */
  private static int rank(Cursor object, Candidate candidate) {
    Cursor neighbour = object.at(candidate.steps().get(0));
    if (neighbour.node().isNull()) {
      return 0;
    }
    return neighbour.isMissing() ? 2 : 1;
  }

  private static List<Candidate> search(Level level, String name, JsonNode value) {
    List<Candidate> found = new ArrayList<>();
    collect(level.node(), name, value, new ArrayList<>(), level.path(), found);
    return found;
  }

  private static void collect(
      FieldNode node,
      String name,
      JsonNode value,
      List<String> steps,
      String path,
      List<Candidate> found) {
    if (!node.names().contains(name)) {
      return;
    }
    FieldNode.Field here = node.fields().get(name);
    if (here != null && fits(here, value)) {
      List<String> all = new ArrayList<>(steps);
      all.add(name);
      found.add(new Candidate(all, join(path, name)));
    }
    if (steps.size() >= DEEPEST) {
      return;
    }
    for (Map.Entry<String, FieldNode.Field> entry : node.fields().entrySet()) {
      FieldNode.Field field = entry.getValue();
      if (field.node().isPresent() && !entry.getKey().equals("*")) {
        String below = join(path, entry.getKey()) + (field.list() ? "[]" : "");
        steps.add(entry.getKey());
        collect(field.node().get(), name, value, steps, below, found);
        steps.remove(steps.size() - 1);
      }
    }
  }

  private static boolean fits(FieldNode.Field field, JsonNode value) {
    if (field.node().isEmpty() || value.isNull()) {
      return true;
    }
    JsonNode object = value.isArray() && field.list() ? value.path(0) : value;
    if (!object.isObject()) {
      return false;
    }
    FieldNode node = field.node().get();
    return object.isEmpty()
        || object.properties().stream().anyMatch(entry -> node.field(entry.getKey()).isPresent());
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Returns the number of letters to insert, remove, replace or swap with the next. */
  private static int distance(String left, String right) {
    if (Math.abs(left.length() - right.length()) > 2) {
      return Integer.MAX_VALUE;
    }
    int[][] cost = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = cost[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[left.length()][right.length()];
  }
}
