package io.meshguard.files;

import io.meshguard.resource.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read of files, so that a file that has not changed is neither read nor parsed again.
 * Texts of an editor can stand in place of files. Used by one thread at a time.
 */
public final class FileCache {

  /** A file may change again without a new time; only after that long its time tells enough. */
  private static final long SETTLED_MILLIS = 100;

  private final Map<Path, Held> texts = new HashMap<>();
  private final Map<ParsedKey, ParsedText> parsed = new HashMap<>();
  private final Map<NamedKey, Named> named = new HashMap<>();
  private final Set<Object> used = new HashSet<>();
  private Map<Path, String> open = Map.of();
  private long reads;
  private long parses;

  /** What tells whether a file is the one that was read. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {
    static Stamp of(BasicFileAttributes attributes) {
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }
  }

  private record Held(Stamp stamp, boolean settled, String text) {}

  private record ParsedKey(String namespace, String text) {}

  private record NamedKey(String namespace, String file, boolean kustomized) {}

  private record Named(ParsedText of, List<Resource> objects) {}

  /**
   * Puts texts in place of files, instead of those that did so before.
   *
   * @param editing the texts by absolute, normalized names; files that do not exist are there, too
   */
  public void open(Map<Path, String> editing) {
    open = Map.copyOf(editing);
  }

  /** Forgets what nobody has asked for since the last call. */
  public void endRound() {
    texts.keySet().retainAll(used);
    parsed.keySet().retainAll(used);
    named.keySet().retainAll(used);
    used.clear();
  }

  /** Returns how many files were read so far. */
  public long reads() {
    return reads;
  }

  /** Returns how many texts were parsed so far. */
  public long parses() {
    return parses;
  }

  /** Returns whether a text stands in place of a file. */
  boolean isOpen(Path file) {
    return open.containsKey(absolute(file));
  }

  /** Returns the text of a file. */
  String read(Path file) throws IOException {
    Path name = absolute(file);
    String editing = open.get(name);
    if (editing != null) {
      return editing;
    }
    used.add(name);
    Stamp stamp = Stamp.of(Files.readAttributes(file, BasicFileAttributes.class));
    Held before = texts.get(name);
    if (before != null && before.settled() && before.stamp().equals(stamp)) {
      return before.text();
    }
    boolean settled = System.currentTimeMillis() - stamp.modified().toMillis() > SETTLED_MILLIS;
    reads++;
    String text = SourceText.read(file);
    // the same text is kept as one, so that whoever compares it is done at once
    String kept = before != null && before.text().equals(text) ? before.text() : text;
    texts.put(name, new Held(stamp, settled, kept));
    return kept;
  }

  /** Returns what a text says, parsing it where that was not done before. */
  ParsedText parsed(String namespace, String text, Supplier<ParsedText> parser) {
    ParsedKey key = new ParsedKey(namespace, text);
    used.add(key);
    return parsed.computeIfAbsent(
        key,
        absent -> {
          parses++;
          return parser.get();
        });
  }

  /** Returns the objects of a text under the name of its file; the same as long as the text is. */
  @SuppressWarnings("ReferenceEquality") // a text that was parsed anew has other objects
  List<Resource> objects(String namespace, String file, boolean kustomized, ParsedText text) {
    NamedKey key = new NamedKey(namespace, file, kustomized);
    used.add(key);
    Named before = named.get(key);
    if (before != null && before.of() == text) {
      return before.objects();
    }
    List<Resource> objects =
        text.objects().stream()
            .map(
                object -> {
                  var origin = object.origin().named(file);
                  return new Resource(
                      object.ref(), object.tree(), kustomized ? origin.ofKustomize() : origin);
                })
            .toList();
    named.put(key, new Named(text, objects));
    return objects;
  }

  private static Path absolute(Path file) {
    return file.toAbsolutePath().normalize();
  }
}
