package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import java.util.Set;
import java.util.function.Function;

/**
 * Something that is worked out of a whole mesh, such as its configuration read from text, so that a
 * mesh that lasts can keep it until what it was made from changes. Declared once as a constant by
 * the code that asks; each is equal to itself alone.
 *
 * @param <T> what comes of it; immutable, since reviews share it
 */
public final class MemoizedQuery<T> {

  private final Set<Kind> reads;
  private final Function<Mesh, T> function;

  /**
   * Makes a derivation.
   *
   * @param reads the kinds that the function looks up
   * @param function must depend on objects of these kinds and on the facts of the mesh alone
   */
  public MemoizedQuery(Set<Kind> reads, Function<Mesh, T> function) {
    this.reads = Set.copyOf(reads);
    this.function = function;
  }

  /** Returns the kinds that are looked up. */
  public Set<Kind> reads() {
    return reads;
  }

  /** Works it out. */
  public T of(Mesh mesh) {
    return function.apply(mesh);
  }
}
