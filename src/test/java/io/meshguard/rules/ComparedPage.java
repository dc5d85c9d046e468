package io.meshguard.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The rows of {@code docs/compared.md} that compare three tools on one input. */
record ComparedPage(List<Row> rows) {

  private static final Path PAGE = Path.of("docs", "compared.md");
  private static final Path INPUTS = Path.of("src", "test", "resources", "compared");
  private static final int COLUMNS = 6;
  private static final String NOTHING = "–";
  private static final String ONLY_IN_A_CLUSTER = "†";
  private static final String BAD = ".md#bad";

  /**
   * What three tools say of one input.
   *
   * @param input where the link of the first cell leads
   * @param rules ids of the rules of this project that speak
   * @param istioctl codes of {@code istioctl analyze}, as written
   * @param kiali codes of Kiali
   */
  record Row(String input, Set<String> rules, Set<String> istioctl, Set<String> kiali) {

    /** Returns the objects of the input: a file, or the first bad example of a rule's page. */
    Sample sample() {
      if (isExample()) {
        return new Sample(name(), RulePage.read(id()).blocks("Bad", "yaml").get(0));
      }
      try {
        return new Sample(name(), Files.readString(INPUTS.resolve(name())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns the rules whose findings are marked in the input. */
    Set<String> marked() {
      return isExample() ? Set.of(id()) : rules;
    }

    /** Returns the codes that need no cluster. */
    Set<String> codesOnFiles() {
      Set<String> codes = new TreeSet<>(istioctl);
      codes.removeIf(code -> code.endsWith(ONLY_IN_A_CLUSTER));
      return codes;
    }

    private boolean isExample() {
      return input.endsWith(BAD);
    }

    private String id() {
      return name().substring(0, name().length() - BAD.length());
    }

    private String name() {
      return input.substring(input.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static ComparedPage read() {
    try {
      return new ComparedPage(
          Files.readAllLines(PAGE).stream()
              .filter(line -> line.startsWith("| ["))
              .map(ComparedPage::row)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the names of all files with inputs. */
  static List<String> files() {
    try (Stream<Path> files = Files.list(INPUTS)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
      cells.add(cell.strip());
    }
    if (cells.size() != COLUMNS) {
      throw new AssertionError("not " + COLUMNS + " cells: " + line);
    }
    String link = cells.get(0);
    return new Row(
        link.substring(link.indexOf("](") + 2, link.length() - 1),
        words(cells.get(2).replace("`", "")),
        words(cells.get(3)),
        words(cells.get(4)));
  }

  private static Set<String> words(String cell) {
    Set<String> words = new TreeSet<>(List.of(cell.split(", ")));
    words.remove(NOTHING);
    return words;
  }
}
