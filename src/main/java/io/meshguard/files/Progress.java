package io.meshguard.files;

/** Takes notice of how far long work has come. */
@FunctionalInterface
public interface Progress {

  /** Nobody watches. */
  Progress NONE = (doing, all) -> {};

  /**
   * Takes notice of one more thing done.
   *
   * @param doing the phase: {@code progress.reading} and the like, as the command line's messages
   *     name it
   * @param all how many things the phase has
   */
  void step(String doing, int all);
}
