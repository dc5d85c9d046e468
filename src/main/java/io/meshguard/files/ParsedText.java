package io.meshguard.files;

import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Resource;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Message;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a text says, whatever file it stands in.
 *
 * @param objects the objects, of no file
 * @param mistakes what cannot be read
 * @param noManifests how many documents are no manifests
 */
record ParsedText(List<Resource> objects, List<Mistake> mistakes, int noManifests) {

  ParsedText {
    objects = List.copyOf(objects);
    mistakes = List.copyOf(mistakes);
  }

  /** Something that cannot be read, and where it stands. */
  record Mistake(Position position, Message message) {}

  /** Reads the documents of a text; after an unreadable one, goes on with the next. */
  static ParsedText of(String text, String defaultNamespace) {
    Collector collector = new Collector();
    ManifestReader reader = new ManifestReader(defaultNamespace);
    @Nullable String rest = text;
    while (rest != null) {
      collector.broken.set(null);
      reader.read("", rest, collector);
      Position position = collector.broken.get();
      rest = position == null ? null : DocumentBreak.after(rest, position).orElse(null);
    }
    return new ParsedText(collector.objects, collector.mistakes, collector.noManifests);
  }

  private static final class Collector implements ManifestReader.Sink {
    private final List<Resource> objects = new ArrayList<>();
    private final List<Mistake> mistakes = new ArrayList<>();
    private final AtomicReference<@Nullable Position> broken = new AtomicReference<>();
    private int noManifests;

    @Override
    public void object(Resource object) {
      objects.add(object);
    }

    @Override
    public void duplicateKey(String key, Position position) {
      mistakes.add(new Mistake(position, FileText.of("duplicateKey", key)));
    }

    @Override
    public void noObject() {
      noManifests++;
    }

    @Override
    public void unreadable(YamlException cause) {
      broken.set(cause.position());
      Message message = ForeignText.of(String.valueOf(cause.getMessage()));
      mistakes.add(new Mistake(cause.position(), message));
    }
  }
}
