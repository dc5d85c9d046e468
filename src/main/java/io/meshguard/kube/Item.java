package io.meshguard.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object as it was read: as a whole, or no more than its metadata, and why. */
public final class Item extends GenericKubernetesResource {

  private static final long serialVersionUID = 1L;

  private final long size;
  private final @Nullable String unreadable;

  /**
   * Makes an item without content.
   *
   * @param size about how many bytes its content takes in memory at most
   * @param unreadable why the content was not read, in words that follow "not judged: "
   */
  Item(long size, Optional<String> unreadable) {
    this.size = size;
    this.unreadable = unreadable.orElse(null);
  }

  /** Returns the bytes that its values take in memory, roughly. */
  public long size() {
    return size;
  }

  Optional<String> unreadable() {
    return Optional.ofNullable(unreadable);
  }
}
