package io.meshguard.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rule page says was seen on a real data plane.
 *
 * @param id of the rule
 * @param beside objects that stand beside the examples
 * @param block the block {@code observed}; empty where there is none
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
              ObservedPage page = of(rule.info().id());
              if (!page.block().isEmpty()) {
                pages.add(page);
              }
            });
    return pages;
  }

  /** Returns the page of a rule. */
  public static ObservedPage of(String id) {
    RulePage page = RulePage.read(id);
    return new ObservedPage(
        page.id(),
        page.blocks("Observed", "yaml"),
        String.join("\n", page.blocks("Observed", "observed")),
        page);
  }

  /** Returns the text of the section Observed, its lines joined. */
  public String section() {
    return page.sections().getOrDefault("Observed", "").strip().replaceAll("\\s+", " ");
  }

  /** Returns an example by a name such as {@code Bad 1}. */
  public String example(String name) {
    String[] words = name.split(" ", -1);
    return page.blocks(words[0], "yaml").get(Integer.parseInt(words[1]) - 1);
  }
}
