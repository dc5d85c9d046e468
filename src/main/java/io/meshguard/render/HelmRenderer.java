package io.meshguard.render;

import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.Positions;
import io.meshguard.yaml.YamlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Renders a chart. Helm writes {@code # Source: chart/templates/x.yaml} above each object; a line
 * that stands in that template once, and the same, is where a field comes from.
 */
final class HelmRenderer {

  private static final String SOURCE = "# Source: ";

  private final Tool tool;
  private final SourceFiles files;
  private final String namespace;
  private final List<String> values;

  HelmRenderer(Tool tool, SourceFiles files, String namespace, List<String> values) {
    this.tool = tool;
    this.files = files;
    this.namespace = namespace;
    this.values = values;
  }

  /**
   * Returns the objects of a chart.
   *
   * @param chart its folder
   * @throws RenderException if it cannot be rendered
   */
  Rendered.Root render(Path chart) throws RenderException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "template",
                release(chart),
                chart.toString(),
                "--namespace",
                namespace,
                "--skip-tests"));
    values.forEach(file -> arguments.addAll(List.of("--values", file)));
    String text = tool.run(arguments);
    Lines lines = new Lines(text);
    List<Resource> objects = new ArrayList<>();
    IdentityHashMap<Resource, Provenance> provenance = new IdentityHashMap<>();
    YamlException[] broken = new YamlException[1];
    new ManifestReader(namespace)
        .read(
            files.name(chart.resolve("Chart.yaml")),
            text,
            new ManifestReader.Sink() {
              @Override
              public void object(Resource object) {
                Resource moved =
                    new Resource(object.ref(), object.tree(), origin(object, lines, chart));
                objects.add(moved);
                provenance.put(moved, Provenance.UNKNOWN);
              }

              @Override
              public void noObject() {}

              @Override
              public void unreadable(YamlException cause) {
                broken[0] = cause;
              }
            });
    if (broken[0] != null) {
      throw new RenderException(
          RenderText.of("failed", tool.name(), String.valueOf(broken[0].getMessage())));
    }
    return new Rendered.Root(files.name(chart), objects, provenance);
  }

  /** The name of a release: letters, digits and dashes. */
  private static String release(Path chart) {
    StringBuilder name = new StringBuilder();
    for (char c : String.valueOf(chart.getFileName()).toLowerCase(Locale.ROOT).toCharArray()) {
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      name.append(plain ? c : '-');
    }
    String text = name.length() > 50 ? name.substring(0, 50) : name.toString();
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '-') {
      end--;
    }
    String cut = text.substring(0, end);
    return cut.isEmpty() || cut.startsWith("-") ? "release" : cut;
  }

  private Origin origin(Resource object, Lines lines, Path chart) {
    Origin origin = object.origin();
    int line = origin.position(object.root().pointer()).map(Position::line).orElse(1);
    Optional<String> template = lines.source(line);
    // the first name is that of the chart, not that of its folder
    String below = template.map(name -> name.substring(name.indexOf('/') + 1)).orElse("");
    Optional<SourceFiles.Source> source =
        below.isEmpty() ? Optional.empty() : files.read(chart.resolve(below).normalize());
    if (source.isEmpty()) {
      return new Origin(origin.file(), origin.document(), origin.base(), Positions.NONE, false);
    }
    Map<String, Optional<Position>> once = once(source.get().text());
    Positions moved =
        origin
            .positions()
            .moved(at -> once.getOrDefault(lines.text(at.line()).strip(), Optional.empty()));
    return new Origin(source.get().name(), origin.document(), origin.base(), moved, false);
  }

  /** Returns where each line stands that is there once only. */
  private static Map<String, Optional<Position>> once(String text) {
    Map<String, Optional<Position>> once = new HashMap<>();
    int number = 1;
    for (String line : text.lines().toList()) {
      String bare = line.strip();
      int column = line.length() - line.stripLeading().length() + 1;
      Position here = new Position(number++, column);
      once.merge(bare, Optional.of(here), (one, other) -> Optional.empty());
    }
    once.remove("");
    return once;
  }

  /** The lines of what helm wrote. */
  private static final class Lines {
    private final List<String> lines;

    Lines(String text) {
      this.lines = text.lines().toList();
    }

    String text(int line) {
      return line >= 1 && line <= lines.size() ? lines.get(line - 1) : "";
    }

    /** Returns the template of the object that begins at a line. */
    Optional<String> source(int line) {
      for (int at = Math.min(line, lines.size()); at >= 1; at--) {
        String text = text(at);
        if (text.startsWith(SOURCE)) {
          return Optional.of(text.substring(SOURCE.length()).strip());
        }
      }
      return Optional.empty();
    }
  }
}
