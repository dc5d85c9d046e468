package io.meshguard.lsp;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Judges files as they would be judged without an editor. Asked by one thread at a time. */
public interface Checker {

  /**
   * Judges documents in the mesh around them.
   *
   * @param root a folder of the editor's workspace, or a file that stands in none
   * @param open what is being edited, in place of files, by absolute and normalized names
   * @param judged those of them that belong to the root and are to be judged
   * @throws UnusableSettingsException if nothing can be judged for want of good settings
   */
  Judgement check(Path root, Map<Path, String> open, Set<Path> judged);
}
