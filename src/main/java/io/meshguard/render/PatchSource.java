package io.meshguard.render;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A patch that a kustomization names.
 *
 * @param file the file that it stands in
 * @param inline its text, where it stands in the kustomization itself
 * @param kind kind of the objects that it is for; empty where it says so itself
 * @param name name of these objects, which may be a pattern; empty for any
 */
record PatchSource(Path file, Optional<Cursor> inline, String kind, String name) {

  /** Returns whether it may be for an object; a name may have got a prefix or suffix since. */
  boolean isFor(Resource object) {
    boolean pattern = name.indexOf('*') >= 0 || name.indexOf('|') >= 0 || name.indexOf('(') >= 0;
    return (kind.isEmpty() || kind.equals(object.kind().name()))
        && (name.isEmpty() || pattern || object.name().contains(name));
  }
}
