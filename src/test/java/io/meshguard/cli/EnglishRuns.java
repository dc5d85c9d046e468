package io.meshguard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds English in a text that is to be Chinese. Names of things are no English: options, files,
 * fields, kinds, commands with their arguments, and what stands in quotes.
 */
final class EnglishRuns {

  /** A command that the reader is to type, up to where the sentence goes on. */
  private static final Pattern COMMAND =
      Pattern.compile("\\b(meshguard|kubectl|helm|argocd|flux)( [-\\w=./|]+)*");

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^'\\n]*'");

  /** Words with anything but letters in them are names: options, files, versions, kinds. */
  private static final Pattern NAME = Pattern.compile("\\S*[-./_:=\\[\\]{}0-9<>@\\\\]\\S*");

  private static final Pattern WORDS = Pattern.compile("\\b[A-Za-z]+\\b( [A-Za-z]+\\b)*");

  /** Words without which hardly any English sentence is written. */
  private static final Set<String> TELLTALE =
      Set.of(
          "the",
          "is",
          "are",
          "was",
          "be",
          "cannot",
          "not",
          "and",
          "or",
          "of",
          "to",
          "in",
          "with",
          "for",
          "it",
          "this",
          "there",
          "has",
          "have",
          "must",
          "may",
          "would",
          "could",
          "while",
          "found",
          "expected",
          "no",
          "file",
          "files",
          "skipped",
          "missing",
          "unknown",
          "refused",
          "give",
          "say",
          "use",
          "left",
          "out",
          "by",
          "ready",
          "known",
          "finding",
          "findings",
          "error",
          "fixed",
          "read",
          "write",
          "objects",
          "none",
          "until",
          "try",
          "did",
          "invalid");

  private static final int MOST_NAMES = 2;

  private EnglishRuns() {}

  /** Returns what is English in a text. */
  static List<String> in(String text) {
    String rest = text;
    for (Pattern names : List.of(QUOTED, COMMAND, NAME)) {
      rest = names.matcher(rest).replaceAll("、");
    }
    List<String> runs = new ArrayList<>();
    Matcher words = WORDS.matcher(rest);
    while (words.find()) {
      List<String> run = List.of(words.group().toLowerCase(Locale.ROOT).split(" "));
      boolean telltale = run.stream().anyMatch(TELLTALE::contains);
      if (telltale || run.size() > MOST_NAMES) {
        runs.add(words.group());
      }
    }
    return runs;
  }
}
