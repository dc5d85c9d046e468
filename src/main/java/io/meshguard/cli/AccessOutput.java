package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.Requester;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The forms in which the access command writes its results. */
enum AccessOutput {
  TABLE {
    @Override
    String text(Requester person, String purpose, List<AccessResult> results) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("CONTEXT", "NAMESPACE", "RESOURCE", "MISSING VERBS"));
      for (AccessResult result : results) {
        String context = shown(result.context());
        if (result.problem().isPresent()) {
          rows.add(List.of(context, "-", "-", "cannot check: " + shown(result.problem().get())));
        } else if (result.missing().isEmpty()) {
          rows.add(List.of(context, "-", "-", "none"));
        }
        result
            .verbs()
            .forEach(
                (target, verbs) ->
                    rows.add(
                        List.of(
                            context,
                            target.namespace().isEmpty() ? "(all)" : target.namespace(),
                            target.text(),
                            String.join(", ", verbs))));
      }
      return align(rows);
    }
  },

  YAML {
    @Override
    String text(Requester person, String purpose, List<AccessResult> results) {
      LeastRole role = new LeastRole(person, purpose);
      StringBuilder yaml = new StringBuilder();
      for (AccessResult result : results) {
        String context = shown(result.context());
        if (result.problem().isPresent()) {
          yaml.append("# ").append(context).append(": cannot check: ");
          yaml.append(shown(result.problem().get())).append('\n');
        } else if (result.missing().isEmpty()) {
          yaml.append("# ").append(context).append(": nothing is missing\n");
        } else {
          yaml.append("# ").append(context).append(": apply this with --context ");
          yaml.append(context).append('\n').append(role.yaml(result));
        }
      }
      return yaml.toString();
    }
  },

  JSON {
    @Override
    String text(Requester person, String purpose, List<AccessResult> results) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("version", 1).put("user", person.user()).put("for", purpose);
      ArrayNode groups = root.putArray("groups");
      person.groups().stream().sorted().forEach(groups::add);
      ArrayNode contexts = root.putArray("contexts");
      for (AccessResult result : results) {
        ObjectNode context = contexts.addObject().put("context", result.context());
        result.problem().ifPresent(problem -> context.put("cannotCheck", problem));
        if (result.problem().isEmpty()) {
          ArrayNode missing = context.putArray("missing");
          result.verbs().forEach((target, verbs) -> add(missing, target, verbs));
        }
      }
      return root.toPrettyString() + "\n";
    }
  };

  /** Returns the results as text that ends with a line break. */
  abstract String text(Requester person, String purpose, List<AccessResult> results);

  /** Returns the word that stands for the form on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static void add(ArrayNode missing, AccessResult.Target target, List<String> verbs) {
    ObjectNode one = missing.addObject();
    one.put("group", target.group()).put("resource", target.resource());
    if (!target.namespace().isEmpty()) {
      one.put("namespace", target.namespace());
    }
    verbs.forEach(one.putArray("verbs")::add);
  }

  private static String shown(String text) {
    return text.isEmpty() ? "(in cluster)" : SafeText.escape(text);
  }

  private static String align(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      boolean last = i == row.size() - 1;
      line.append(row.get(i));
      line.append(last ? "\n" : " ".repeat(widths[i] - row.get(i).length() + 2));
    }
    return line.toString();
  }
}
