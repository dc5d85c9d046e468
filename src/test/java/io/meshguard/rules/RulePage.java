package io.meshguard.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A page of docs/rules, taken apart: title, one-sentence summary, and the sections by heading.
 *
 * @param id title of the page
 * @param summary the sentence below it
 * @param sections text of each section by its heading, in order
 */
record RulePage(String id, String summary, Map<String, String> sections) {

  static final Path FOLDER = Path.of("docs", "rules");

  static RulePage read(String id) {
    Path file = FOLDER.resolve(id + ".md");
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("rule " + id + " needs a page " + file, e);
    }
  }

  /** Returns the fenced blocks of a language in a section, in order. */
  List<String> blocks(String section, String language) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : sections.getOrDefault(section, "").split("\n", -1)) {
      if (block == null && line.equals("```" + language)) {
        block = new StringBuilder();
      } else if (block != null && line.equals("```")) {
        blocks.add(block.toString());
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }

  /** Returns the examples of how not to and of how to do it. */
  List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (String section : List.of("Bad", "Good")) {
      for (String block : blocks(section, "yaml")) {
        samples.add(new Sample(section + " " + (samples.size() + 1), block));
      }
    }
    return samples;
  }

  private static RulePage parse(String text) {
    String title = "";
    Map<String, StringBuilder> sections = new LinkedHashMap<>();
    StringBuilder current = new StringBuilder();
    StringBuilder head = current;
    boolean fenced = false;
    for (String line : text.split("\n", -1)) {
      fenced ^= line.startsWith("```");
      if (!fenced && line.startsWith("# ")) {
        title = line.substring(2);
      } else if (!fenced && line.startsWith("## ")) {
        current = new StringBuilder();
        sections.put(line.substring(3), current);
      } else {
        current.append(line).append('\n');
      }
    }
    Map<String, String> texts = new LinkedHashMap<>();
    sections.forEach((heading, body) -> texts.put(heading, body.toString()));
    return new RulePage(title, head.toString().strip(), texts);
  }
}
