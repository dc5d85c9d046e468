package io.meshguard.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server shows to Prometheus, read from its text.
 *
 * @param types the type of each metric by its name
 * @param samples the values, in their order
 */
record Exposition(Map<String, String> types, List<Sample> samples) {

  /** OpenMetrics leaves it out where it tells the type. */
  private static final String TOTAL = "_total";

  private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** One value. */
  record Sample(String name, Map<String, String> labels, double value) {}

  static Exposition read(String text) {
    Map<String, String> types = new TreeMap<>();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        boolean bare = words[3].equals("counter") && !words[2].endsWith(TOTAL);
        types.put(bare ? words[2] + TOTAL : words[2], words[3]);
      } else if (!line.startsWith("#")) {
        samples.add(sample(line));
      }
    }
    return new Exposition(types, samples);
  }

  private static Sample sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new IllegalArgumentException(line);
    }
    Map<String, String> labels = new TreeMap<>();
    if (sample.group(2) != null) {
      LABEL.matcher(sample.group(2)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
    }
    return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
  }

  /** Returns the samples of a metric, those that a histogram has under longer names included. */
  List<Sample> of(String metric) {
    return samples.stream()
        .filter(
            sample ->
                sample.name().equals(metric)
                    || ("histogram".equals(types.get(metric))
                        && sample.name().matches(metric + "_(bucket|count|sum)")))
        .toList();
  }
}
