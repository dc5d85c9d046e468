package io.meshguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.files.FileWalk;
import io.meshguard.files.SourceText;
import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.YamlException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The objects of files that are not the same in a git revision, wherever they stood there. */
final class ChangedObjects {

  private final GitRepository repository;
  private final Set<Path> files;
  private final Map<String, Set<JsonNode>> before = new HashMap<>();

  private ChangedObjects(GitRepository repository, Set<Path> files) {
    this.repository = repository;
    this.files = files;
  }

  /**
   * Compares files with a revision.
   *
   * @param revision the revision; where the branch left it long ago, the commit where it did counts
   * @param at a path in the repository
   * @param namespace namespace of objects without one
   * @throws UnusableException if there is no such revision, or git cannot be asked
   */
  static ChangedObjects since(String revision, Path at, String namespace) {
    GitRepository repository = GitRepository.around(at);
    String commit = repository.branchedFrom(revision);
    ChangedObjects changed = new ChangedObjects(repository, repository.changedSince(commit));
    try (GitContents contents = repository.contents()) {
      for (GitEntry entry : repository.entries(commit)) {
        if (changed.files.contains(entry.path())
            && !entry.link()
            && FileWalk.isManifestName(entry.path())) {
          changed.remember(entry, contents, namespace);
        }
      }
    } catch (IOException e) {
      throw new UnusableException("git.unread", commit, SourceText.reason(e));
    }
    return changed;
  }

  /** What could not be read before makes whatever stands there now a change. */
  private void remember(GitEntry entry, GitContents contents, String namespace) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    contents.copy(entry.blob(), bytes);
    String text;
    try {
      text = SourceText.read(new ByteArrayInputStream(bytes.toByteArray()));
    } catch (IOException noText) {
      return;
    }
    new ManifestReader(namespace)
        .read(
            entry.path().toString(),
            text,
            new ManifestReader.Sink() {
              @Override
              public void object(Resource object) {
                before.computeIfAbsent(key(object), k -> new HashSet<>()).add(object.tree());
              }

              @Override
              public void noObject() {}

              @Override
              public void unreadable(YamlException cause) {}
            });
  }

  private static String key(Resource object) {
    return object.kind().name() + " " + object.ref().path();
  }

  /** Returns whether an object is new or another than before. */
  boolean include(Resource object) {
    return isChanged(object.origin().file())
        && !before.getOrDefault(key(object), Set.of()).contains(object.tree());
  }

  private boolean isChanged(String file) {
    Path path = Path.of(file);
    return files.contains(repository.inside(path));
  }
}
