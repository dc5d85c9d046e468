package io.meshguard;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A page of Markdown, taken apart as far as tests look at it. */
public record MarkdownPage(
    Path file, List<Heading> headings, List<Table> tables, List<Block> blocks, List<Link> links) {

  /**
   * A heading.
   *
   * @param anchor what a link to it says behind the {@code #}
   */
  public record Heading(int level, String text, String anchor) {}

  /**
   * A table.
   *
   * @param line where it begins
   * @param columns how many columns each row has
   */
  public record Table(int line, List<Integer> columns) {}

  /** A block of code, fenced or indented; an indented one has no language. */
  public record Block(int line, String language, String text) {}

  /** A link; a part that it does not have is empty. */
  public record Link(String target, String anchor) {}

  private static final String FENCE = "```";
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern ESCAPED = Pattern.compile("\\\\\\|");

  /** Reads a page. */
  public static MarkdownPage read(Path file) {
    try {
      MarkdownPage page =
          new MarkdownPage(
              file.normalize(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>(),
              new ArrayList<>());
      page.parse(Files.readAllLines(file));
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void parse(List<String> lines) {
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.strip().startsWith(FENCE)) {
        i = block(lines, i, line.strip().substring(FENCE.length()));
      } else if (line.startsWith("    ") && before.isEmpty()) {
        i = block(lines, i, "");
      } else {
        text(i + 1, line, before);
      }
      before = lines.get(i);
    }
  }

  private void text(int number, String line, String before) {
    if (line.startsWith("#")) {
      heading(line);
    } else if (line.startsWith("|")) {
      if (!before.startsWith("|")) {
        tables.add(new Table(number, new ArrayList<>()));
      }
      tables.get(tables.size() - 1).columns().add(columns(line));
    }
    Matcher matcher = LINK.matcher(line);
    while (matcher.find()) {
      String anchor = matcher.group(2);
      links.add(new Link(matcher.group(1), anchor == null ? "" : anchor));
    }
  }

  private static int columns(String row) {
    return (int) ESCAPED.matcher(row).replaceAll("").chars().filter(c -> c == '|').count() - 1;
  }

  /** Reads a block of code and returns the index of its last line. */
  private int block(List<String> lines, int begin, String language) {
    boolean fenced = lines.get(begin).strip().startsWith(FENCE);
    int end = begin;
    while (end + 1 < lines.size()
        && (fenced
            ? !lines.get(end + 1).strip().equals(FENCE)
            : lines.get(end + 1).startsWith("    "))) {
      end++;
    }
    List<String> text = lines.subList(fenced ? begin + 1 : begin, end + 1);
    blocks.add(new Block(begin + 1, language, String.join("\n", text)));
    return fenced ? Math.min(end + 1, lines.size() - 1) : end;
  }

  private void heading(String line) {
    int level = line.indexOf(' ');
    String text = line.substring(level).strip();
    String slug =
        text.toLowerCase(Locale.ROOT)
            .codePoints()
            .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == '-' || c == '_')
            .map(c -> c == ' ' ? '-' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    long same = headings.stream().filter(heading -> heading.anchor().equals(slug)).count();
    headings.add(new Heading(level, text, same == 0 ? slug : slug + "-" + same));
  }
}
