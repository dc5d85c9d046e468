package io.meshguard.symptom;

import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a user saw: statuses, flags and details, as {@code 503 UF,URX} or {@code nr
 * route_not_found}.
 *
 * @param entries what is known of each status and flag, in the order of the words
 * @param details the details among the words
 * @param unknown words that are none of these
 */
public record SymptomQuery(List<SymptomEntry> entries, List<String> details, List<String> unknown) {

  private static final String SEPARATORS = " ,;\t\n\r";

  /** Copies the lists. */
  public SymptomQuery {
    entries = List.copyOf(entries);
    details = List.copyOf(details);
    unknown = List.copyOf(unknown);
  }

  /** Reads what a user typed, or copied from a log. */
  public static SymptomQuery parse(String text, SymptomCatalogue catalogue) {
    Set<SymptomEntry> entries = new LinkedHashSet<>();
    List<String> details = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String word : words(text)) {
      Optional<SymptomEntry> entry = catalogue.find(word);
      if (entry.isPresent()) {
        entries.add(entry.get());
      } else if (catalogue.knowsDetails(word)) {
        details.add(word);
      } else {
        unknown.add(word);
      }
    }
    return new SymptomQuery(List.copyOf(entries), details, unknown);
  }

  /** Returns whether more than one thing was seen, so that it matters which come together. */
  public boolean combined() {
    return entries.size() + details.size() > 1;
  }

  /** Returns it as in a log. */
  public String text() {
    List<String> words = new ArrayList<>();
    List<String> flags = new ArrayList<>();
    for (SymptomEntry entry : entries) {
      (entry.flag().isPresent() ? flags : words).add(entry.code());
    }
    if (!flags.isEmpty()) {
      words.add(String.join(",", flags));
    }
    words.addAll(details);
    return String.join(" ", words);
  }

  boolean fits(Symptom symptom) {
    return entries.stream().allMatch(entry -> fits(entry, symptom))
        && details.stream().allMatch(symptom.details()::equalsIgnoreCase);
  }

  private static boolean fits(SymptomEntry entry, Symptom symptom) {
    if (entry.flag().isPresent()) {
      ResponseFlag flag = entry.flag().get();
      return symptom.flags().contains(flag);
    }
    if (entry.code().equals(SymptomCatalogue.NO_FLAG)) {
      return symptom.flags().isEmpty();
    }
    String status =
        symptom.status() == Symptom.NO_STATUS
            ? Symptom.NO_ANSWER_TEXT
            : Integer.toString(symptom.status());
    return entry.code().equals(status);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || SEPARATORS.indexOf(text.charAt(i)) >= 0) {
        if (word.length() > 0) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(text.charAt(i));
      }
    }
    return words;
  }
}
