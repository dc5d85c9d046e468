package io.meshguard.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rule page says was seen on a real data plane.
 *
 * @param id of the rule
 * @param beside objects that stand beside the examples
 * @param block the block {@code observed}
 * @param page all of it
 */
public record ObservedPage(String id, List<String> beside, String block, RulePage page) {
  /** Copies the list. */
  public ObservedPage {
    beside = List.copyOf(beside);
  }

  /** Returns the pages of the chosen rules that have such a block. */
  public static List<ObservedPage> all() {
    List<ObservedPage> pages = new ArrayList<>();
    ChosenRules.get()
        .forEach(
            rule -> {
              RulePage page = RulePage.read(rule.info().id());
              List<String> blocks = page.blocks("Observed", "observed");
              if (!blocks.isEmpty()) {
                pages.add(
                    new ObservedPage(
                        page.id(),
                        page.blocks("Observed", "yaml"),
                        String.join("\n", blocks),
                        page));
              }
            });
    return pages;
  }

  /** Returns an example by a name such as {@code Bad 1}. */
  public String example(String name) {
    String[] words = name.split(" ", -1);
    return page.blocks(words[0], "yaml").get(Integer.parseInt(words[1]) - 1);
  }
}
