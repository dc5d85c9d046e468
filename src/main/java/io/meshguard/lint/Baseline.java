package io.meshguard.lint;

import com.fasterxml.jackson.databind.node.TextNode;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Verdict;
import io.meshguard.rule.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Findings that were there when somebody began to look, so that only new ones fail. A finding is
 * known by its fingerprint, however often it stands there, and wherever its file is moved.
 *
 * @param entries the findings
 */
public record Baseline(List<Entry> entries) {

  /** The version that is written. */
  static final int VERSION = 1;

  public Baseline {
    entries = List.copyOf(entries);
  }

  /**
   * A finding that is known.
   *
   * @param fingerprint its fingerprint
   * @param rule id of its rule, for a reader
   * @param object its object, for a reader
   * @param file its file, from the folder of the baseline
   */
  public record Entry(String fingerprint, String rule, String object, String file) {}

  /** Returns the findings of a check that are not exempt. */
  public static Baseline of(List<Verdict> verdicts, UnaryOperator<String> names) {
    return new Baseline(
        verdicts.stream()
            .flatMap(verdict -> verdict.judged().stream())
            .filter(Baseline::counts)
            .map(judged -> entry(judged, names))
            .sorted(
                Comparator.comparing(Entry::file)
                    .thenComparing(Entry::rule)
                    .thenComparing(Entry::object)
                    .thenComparing(Entry::fingerprint))
            .toList());
  }

  private static boolean counts(GradedFinding judged) {
    return judged.mode() != Mode.OFF;
  }

  private static Entry entry(GradedFinding judged, UnaryOperator<String> names) {
    return new Entry(
        judged.finding().fingerprint(),
        judged.finding().rule().id(),
        judged.finding().object().ref().toString(),
        names.apply(judged.finding().object().origin().file()));
  }

  /** Returns the baseline as a file. */
  public String text() {
    StringBuilder text =
        new StringBuilder("# Findings that are known. To write it again: meshguard check")
            .append(" --write-baseline\nversion: ")
            .append(VERSION)
            .append(entries.isEmpty() ? "\nfindings: []\n" : "\nfindings:\n");
    for (Entry entry : entries) {
      text.append("- fingerprint: ").append(quoted(entry.fingerprint())).append('\n');
      text.append("  rule: ").append(entry.rule()).append('\n');
      text.append("  object: ").append(quoted(entry.object())).append('\n');
      text.append("  file: ").append(quoted(entry.file())).append('\n');
    }
    return text.toString();
  }

  /** A text in JSON is one in YAML, too, whatever stands in it. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  /**
   * What is left of a check.
   *
   * @param verdicts the same without the findings that are known
   * @param known how many these are
   * @param gone entries that nothing matches any more
   */
  public record Applied(List<Verdict> verdicts, int known, List<Entry> gone) {}

  /**
   * Takes the findings that are known out of verdicts. Of several with one fingerprint, those in
   * the file of an entry are meant first.
   *
   * @param names gives a file's name from the folder of the baseline
   * @param files names of the files of which every object was judged; an entry of another file is
   *     never gone
   */
  public Applied apply(List<Verdict> verdicts, UnaryOperator<String> names, Set<String> files) {
    List<Entry> left = new ArrayList<>(entries);
    IdentityHashMap<GradedFinding, Entry> found = new IdentityHashMap<>();
    for (boolean sameFile : new boolean[] {true, false}) {
      Map<String, List<Entry>> byFingerprint =
          left.stream().collect(Collectors.groupingBy(Entry::fingerprint));
      Set<Entry> taken = Collections.newSetFromMap(new IdentityHashMap<>());
      for (Verdict verdict : verdicts) {
        for (GradedFinding judged : verdict.judged()) {
          if (counts(judged) && !found.containsKey(judged)) {
            String file = names.apply(judged.finding().object().origin().file());
            byFingerprint.getOrDefault(judged.finding().fingerprint(), List.of()).stream()
                .filter(entry -> !taken.contains(entry))
                .filter(entry -> !sameFile || entry.file().equals(file))
                .findFirst()
                .ifPresent(
                    entry -> {
                      taken.add(entry);
                      found.put(judged, entry);
                    });
          }
        }
      }
      left.removeIf(taken::contains);
    }
    Set<String> looked = new HashSet<>(files);
    return new Applied(
        verdicts.stream().map(verdict -> without(verdict, found)).toList(),
        found.size(),
        left.stream().filter(entry -> looked.contains(entry.file())).toList());
  }

  private static Verdict without(Verdict verdict, IdentityHashMap<GradedFinding, Entry> found) {
    return new Verdict(
        verdict.object(),
        verdict.judged().stream().filter(judged -> !found.containsKey(judged)).toList(),
        verdict.notices(),
        verdict.faults(),
        verdict.cutShort(),
        verdict.undiscovered());
  }
}
