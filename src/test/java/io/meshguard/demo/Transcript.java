package io.meshguard.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The tour as it is documented. */
final class Transcript {

  private static final Path PAGE = Path.of("docs", "demo.md");
  private static final String BEGIN = "```text\n";
  private static final String END = "\n```\n";

  private Transcript() {}

  /** Returns the page's transcript. */
  static String documented() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    return masked(page.substring(begin, page.indexOf(END, begin)));
  }

  /** Returns a transcript without what differs from run to run: durations and request numbers. */
  static String masked(String transcript) {
    return transcript
        .replaceAll("\\bref: [0-9a-f]{8}\\b", "ref: REF")
        .replaceAll("in force [0-9,]+ ms", "in force N ms")
        .strip();
  }
}
