package io.meshguard.files;

import io.meshguard.rule.Language;
import java.io.InputStream;

/**
 * What reading files needs besides their names.
 *
 * @param standardInput what {@code -} stands for
 * @param language language of what is said of files that cannot be read
 * @param exclusions what is not read
 * @param progress takes notice of each file
 * @param cache what was read before
 */
public record Input(
    InputStream standardInput,
    Language language,
    Exclusions exclusions,
    Progress progress,
    FileCache cache) {

  /** Makes what reads every file once. */
  public Input(
      InputStream standardInput, Language language, Exclusions exclusions, Progress progress) {
    this(standardInput, language, exclusions, progress, new FileCache());
  }

  /** Returns what reads files alone; {@code -} is empty. */
  public static Input filesOnly(Language language) {
    return new Input(InputStream.nullInputStream(), language, Exclusions.NONE, Progress.NONE);
  }

  /** Returns the same that leaves some files out. */
  public Input without(Exclusions excluded) {
    return new Input(standardInput, language, excluded, progress, cache);
  }

  /** Returns the same that reads nothing again of what is in a cache. */
  public Input with(FileCache known) {
    return new Input(standardInput, language, exclusions, progress, known);
  }
}
