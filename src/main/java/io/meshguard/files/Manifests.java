package io.meshguard.files;

import io.meshguard.report.InputError;
import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The objects of files, and what could not be read or was left out.
 *
 * @param objects the objects, by file and then in the order of the file
 * @param texts the text of each file of manifests, and of {@code -}, as it was read
 * @param errors what could not be read
 * @param skipped how many were left out for each reason
 * @param outside files that stand outside of what was given, behind symbolic links
 */
public record Manifests(
    List<Resource> objects,
    Map<Path, String> texts,
    List<InputError> errors,
    Map<Skipped, Integer> skipped,
    Set<Path> outside) {

  /** Reads what paths on a command line stand for. */
  public static Manifests read(List<String> paths, String defaultNamespace, Input input) {
    return read(paths, defaultNamespace, input, new HashMap<>());
  }

  /**
   * Reads what paths stand for, of texts that were read before only the names.
   *
   * @param known takes the objects of each text in which nothing is wrong
   */
  public static Manifests read(
      List<String> paths, String defaultNamespace, Input input, Map<String, List<Resource>> known) {
    Sources sources = Sources.of(paths, input.language(), input.exclusions());
    Reading reading = new Reading(defaultNamespace, sources, input, known);
    if (sources.stdin()) {
      reading.stdin();
    }
    for (Path file : sources.files()) {
      input.progress().step("progress.reading", sources.files().size());
      reading.file(file);
    }
    return new Manifests(
        reading.objects, reading.texts, reading.errors, reading.skipped, sources.outside());
  }

  /** Returns the same with other names for the files. */
  public Manifests named(UnaryOperator<String> names) {
    return new Manifests(
        objects.stream()
            .map(
                object ->
                    new Resource(
                        object.ref(),
                        object.tree(),
                        object.origin().named(names.apply(object.origin().file()))))
            .toList(),
        texts,
        errors.stream()
            .map(e -> new InputError(names.apply(e.file()), e.position(), e.message()))
            .toList(),
        skipped,
        outside);
  }

  /** Returns these and others. */
  public Manifests and(Manifests others) {
    List<Resource> allObjects = new ArrayList<>(objects);
    allObjects.addAll(others.objects);
    Map<Path, String> allTexts = new LinkedHashMap<>(texts);
    allTexts.putAll(others.texts);
    List<InputError> allErrors = new ArrayList<>(errors);
    allErrors.addAll(others.errors);
    Map<Skipped, Integer> allSkipped = new EnumMap<>(Skipped.class);
    allSkipped.putAll(skipped);
    others.skipped.forEach((why, count) -> allSkipped.merge(why, count, Integer::sum));
    Set<Path> allOutside = new LinkedHashSet<>(outside);
    allOutside.addAll(others.outside);
    return new Manifests(allObjects, allTexts, allErrors, allSkipped, allOutside);
  }

  /** Returns what stands in other files than some. */
  public Manifests without(Predicate<String> files) {
    Map<Path, String> otherTexts = new LinkedHashMap<>(texts);
    otherTexts.keySet().removeIf(file -> files.test(file.toString()));
    return new Manifests(
        objects.stream().filter(object -> !files.test(object.origin().file())).toList(),
        otherTexts,
        errors.stream().filter(error -> !files.test(error.file())).toList(),
        skipped,
        outside);
  }

  /** Returns the objects of texts that were read before and have changed since. */
  public static List<Resource> objects(
      Map<Path, String> texts, String defaultNamespace, Language language) {
    Reading reading =
        new Reading(
            defaultNamespace,
            Sources.beside(texts.keySet(), language),
            Input.filesOnly(language),
            new HashMap<>());
    texts.forEach((file, text) -> reading.read(file.toString(), text));
    return reading.objects;
  }

  private static final class Reading {
    private final Input input;
    private final Sources sources;
    private final ManifestReader reader;
    private final List<Resource> objects = new ArrayList<>();
    private final Map<Path, String> texts = new LinkedHashMap<>();
    private final List<InputError> errors;
    private final Map<Skipped, Integer> skipped = new EnumMap<>(Skipped.class);

    private final Map<String, List<Resource>> known;

    Reading(
        String defaultNamespace, Sources sources, Input input, Map<String, List<Resource>> known) {
      this.known = known;
      this.input = input;
      this.sources = sources;
      this.reader = new ManifestReader(defaultNamespace);
      this.errors = new ArrayList<>(sources.errors());
      this.skipped.putAll(sources.skipped());
    }

    void stdin() {
      try {
        String text = SourceText.read(input.standardInput());
        if (text(Sources.STDIN, text)) {
          texts.put(Path.of(Sources.STDIN), text);
        }
      } catch (IOException e) {
        unreadable(Sources.STDIN, e);
      }
    }

    void file(Path file) {
      try {
        String text = SourceText.read(file);
        if (text(file.toString(), text)) {
          texts.put(file, text);
        }
      } catch (IOException e) {
        unreadable(file.toString(), e);
      }
    }

    private String say(Message message) {
      return input.language().render(message);
    }

    private void unreadable(String file, IOException cause) {
      errors.add(new InputError(file, Optional.empty(), say(SourceText.reason(cause))));
    }

    /** Reads a text, and returns whether it is one of manifests. */
    private boolean text(String file, String text) {
      if (TemplateText.isTemplate(text)) {
        skipped.merge(Skipped.TEMPLATE, 1, Integer::sum);
        return false;
      }
      read(file, text);
      return true;
    }

    /** Reads the documents of a text; after an unreadable one, goes on with the next. */
    private void read(String file, String text) {
      List<Resource> before = known.get(text);
      if (before != null) {
        boolean kustomize = !file.equals(Sources.STDIN) && sources.isKustomized(Path.of(file));
        for (Resource object : before) {
          Origin origin = object.origin().named(file);
          objects.add(
              new Resource(object.ref(), object.tree(), kustomize ? origin.ofKustomize() : origin));
        }
        return;
      }
      int first = objects.size();
      int wrong = errors.size();
      int left = skipped.getOrDefault(Skipped.NO_MANIFEST, 0);
      parse(file, text);
      boolean plain =
          errors.size() == wrong && skipped.getOrDefault(Skipped.NO_MANIFEST, 0) == left;
      List<Resource> own = List.copyOf(objects.subList(first, objects.size()));
      if (plain && own.stream().noneMatch(object -> object.origin().kustomized())) {
        known.put(text, own);
      }
    }

    private void parse(String file, String text) {
      AtomicReference<@Nullable Position> broken = new AtomicReference<>();
      boolean kustomized = !file.equals(Sources.STDIN) && sources.isKustomized(Path.of(file));
      reader.read(
          file,
          text,
          new ManifestReader.Sink() {
            @Override
            public void object(Resource object) {
              objects.add(
                  kustomized
                      ? new Resource(object.ref(), object.tree(), object.origin().ofKustomize())
                      : object);
            }

            @Override
            public void duplicateKey(String key, Position position) {
              String message = say(FileText.of("duplicateKey", key));
              errors.add(new InputError(file, Optional.of(position), message));
            }

            @Override
            public void noObject() {
              skipped.merge(Skipped.NO_MANIFEST, 1, Integer::sum);
            }

            @Override
            public void unreadable(YamlException cause) {
              broken.set(cause.position());
              String message = say(ForeignText.of(String.valueOf(cause.getMessage())));
              errors.add(new InputError(file, Optional.of(cause.position()), message));
            }
          });
      Position position = broken.get();
      if (position != null) {
        DocumentBreak.after(text, position).ifPresent(rest -> read(file, rest));
      }
    }
  }
}
