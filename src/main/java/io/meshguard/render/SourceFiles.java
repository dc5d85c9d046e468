package io.meshguard.render;

import io.meshguard.files.SourceText;
import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The files that rendered objects are written in, each read once. Several threads may ask. */
final class SourceFiles {

  private final Function<Path, String> names;
  private final Map<Path, Optional<Source>> byFile = new ConcurrentHashMap<>();

  /**
   * Makes a reader of files.
   *
   * @param names how an absolute path is shown
   */
  SourceFiles(Function<Path, String> names) {
    this.names = names;
  }

  /**
   * A file.
   *
   * @param name how it is shown
   * @param text its text
   * @param objects the objects in it that can be read
   */
  record Source(String name, String text, List<Resource> objects) {}

  /** Returns how a path is shown. */
  String name(Path file) {
    return names.apply(file);
  }

  /** Returns a file; none that cannot be read. */
  Optional<Source> read(Path file) {
    return byFile.computeIfAbsent(file, this::source);
  }

  /** Returns the texts that were read, by the names that they are shown by. */
  Map<Path, String> texts() {
    Map<Path, String> texts = new TreeMap<>();
    byFile
        .values()
        .forEach(source -> source.ifPresent(one -> texts.put(Path.of(one.name()), one.text())));
    return texts;
  }

  private Optional<Source> source(Path file) {
    try {
      String name = names.apply(file);
      String text = SourceText.read(file);
      List<Resource> objects = new ArrayList<>();
      new ManifestReader("")
          .read(
              name,
              text,
              new ManifestReader.Sink() {
                @Override
                public void object(Resource object) {
                  objects.add(
                      new Resource(object.ref(), object.tree(), object.origin().ofKustomize()));
                }

                @Override
                public void noObject() {}

                @Override
                public void unreadable(YamlException cause) {}

                @Override
                public void duplicateKey(String key, Position position) {}
              });
      return Optional.of(new Source(name, text, objects));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
