package io.meshguard.deploy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics that {@code docs/observability.md} lists. */
public final class DocumentedMetrics {

  static final Path PAGE = Path.of("docs", "observability.md");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (counter|gauge|histogram) \\|([^|]*)\\| .+ \\|$");
  private static final Pattern LABEL = Pattern.compile("`(\\w+)`");

  private DocumentedMetrics() {}

  /** A row of a table. */
  public record Row(String type, Set<String> labels) {}

  /** Returns the rows by the names of metrics. */
  public static Map<String, Row> all() {
    Map<String, Row> rows = new TreeMap<>();
    ROW.matcher(Golden.read(PAGE))
        .results()
        .forEach(row -> rows.put(row.group(1), new Row(row.group(2), labels(row.group(3)))));
    return rows;
  }

  /** Returns the names under which samples come: a histogram has three. */
  static Set<String> samples() {
    return all().entrySet().stream()
        .flatMap(
            row ->
                row.getValue().type().equals("histogram")
                    ? Arrays.stream(new String[] {"_bucket", "_count", "_sum"})
                        .map(row.getKey()::concat)
                    : Arrays.stream(new String[] {row.getKey()}))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> labels(String cell) {
    return LABEL
        .matcher(cell)
        .results()
        .map((MatchResult label) -> label.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
