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
    String text(Requester person, String purpose, List<AccessResult> results, Console console) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(
          List.of(
              console.say("head.context"),
              console.say("head.namespace"),
              console.say("head.resource"),
              console.say("head.verbs")));
      for (AccessResult result : results) {
        String context = shown(result.context(), console);
        if (result.problem().isPresent()) {
          rows.add(List.of(context, "-", "-", problem(result, console)));
        } else if (result.missing().isEmpty()) {
          rows.add(List.of(context, "-", "-", console.say("access.none")));
        }
        result
            .verbs()
            .forEach(
                (target, verbs) ->
                    rows.add(
                        List.of(
                            context,
                            target.namespace().isEmpty()
                                ? console.say("access.all")
                                : target.namespace(),
                            target.text(),
                            String.join(", ", verbs))));
      }
      return align(rows);
    }
  },

  YAML {
    @Override
    String text(Requester person, String purpose, List<AccessResult> results, Console console) {
      LeastRole role = new LeastRole(person, purpose);
      StringBuilder yaml = new StringBuilder();
      for (AccessResult result : results) {
        String context = shown(result.context(), console);
        if (result.problem().isPresent()) {
          yaml.append("# ").append(console.say("of", context, problem(result, console)));
          yaml.append('\n');
        } else if (result.missing().isEmpty()) {
          yaml.append("# ").append(console.say("access.nothing", context)).append('\n');
        } else {
          yaml.append("# ").append(console.say("access.apply", context)).append('\n');
          yaml.append(role.yaml(result));
        }
      }
      return yaml.toString();
    }
  },

  JSON {
    @Override
    String text(Requester person, String purpose, List<AccessResult> results, Console console) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("version", 1).put("user", person.user()).put("for", purpose);
      ArrayNode groups = root.putArray("groups");
      person.groups().stream().sorted().forEach(groups::add);
      ArrayNode contexts = root.putArray("contexts");
      for (AccessResult result : results) {
        ObjectNode context = contexts.addObject().put("context", result.context());
        result.problem().ifPresent(problem -> context.put("cannotCheck", console.say(problem)));
        if (result.problem().isEmpty()) {
          ArrayNode missing = context.putArray("missing");
          result.verbs().forEach((target, verbs) -> add(missing, target, verbs));
        }
      }
      return root.toPrettyString() + "\n";
    }
  };

  /** Returns the results as text that ends with a line break. */
  abstract String text(
      Requester person, String purpose, List<AccessResult> results, Console console);

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

  private static String problem(AccessResult result, Console console) {
    String problem = result.problem().map(console::say).orElse("");
    return console.say("access.unchecked", SafeText.escape(problem));
  }

  private static String shown(String context, Console console) {
    return context.isEmpty() ? console.say("access.inCluster") : SafeText.escape(context);
  }

  private static String align(List<List<String>> rows) {
    Table table = new Table(rows.get(0));
    rows.stream().skip(1).forEach(table::row);
    return table.lines().stream().map(line -> line + "\n").collect(Collectors.joining());
  }
}
