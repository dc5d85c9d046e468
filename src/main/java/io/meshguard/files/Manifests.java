package io.meshguard.files;

import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

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
    Sources sources = Sources.of(paths, input);
    Reading reading = new Reading(defaultNamespace, sources, input);
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
    return objects(texts, defaultNamespace, Input.filesOnly(language));
  }

  /** Returns the objects of texts, of which those in a cache are not parsed again. */
  public static List<Resource> objects(
      Map<Path, String> texts, String defaultNamespace, Input input) {
    Reading reading =
        new Reading(defaultNamespace, Sources.beside(texts.keySet(), input.language()), input);
    texts.forEach((file, text) -> reading.read(file.toString(), text));
    return reading.objects;
  }

  private static final class Reading {
    private final Input input;
    private final Sources sources;
    private final String namespace;
    private final List<Resource> objects = new ArrayList<>();
    private final Map<Path, String> texts = new LinkedHashMap<>();
    private final List<InputError> errors;
    private final Map<Skipped, Integer> skipped = new EnumMap<>(Skipped.class);

    Reading(String defaultNamespace, Sources sources, Input input) {
      this.input = input;
      this.sources = sources;
      this.namespace = defaultNamespace;
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
        String text = input.cache().read(file);
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

    private void read(String file, String text) {
      ParsedText parsed =
          input.cache().parsed(namespace, text, () -> ParsedText.of(text, namespace));
      boolean kustomized = !file.equals(Sources.STDIN) && sources.isKustomized(Path.of(file));
      objects.addAll(input.cache().objects(namespace, file, kustomized, parsed));
      for (ParsedText.Mistake mistake : parsed.mistakes()) {
        errors.add(new InputError(file, Optional.of(mistake.position()), say(mistake.message())));
      }
      if (parsed.noManifests() > 0) {
        skipped.merge(Skipped.NO_MANIFEST, parsed.noManifests(), Integer::sum);
      }
    }
  }
}
