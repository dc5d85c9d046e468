package io.meshguard.kube;

import java.util.HashMap;
import java.util.Map;

/**
 * How much memory large objects may take together. An API server stores objects of 1.5 MiB, in
 * which several times as much can be written as one of them is worth: thirty would fill a server of
 * ordinary size. One namespace gets a fourth, so that whoever writes to it cannot have it all.
 */
public final class LargeObjectBudget {

  /** Why an object was not taken. */
  public static final String FULL =
      "too large beside the other large objects of its namespace or cluster";

  /** Smaller ones are not counted; ordinary objects take a hundredth. */
  public static final long LARGE = 256 * 1024;

  private static final int SHARE_OF_MEMORY = 8;
  private static final int SHARE_OF_NAMESPACE = 4;

  private final long most;
  private final Map<String, Taken> taken = new HashMap<>();
  private final Map<String, Long> byNamespace = new HashMap<>();
  private long sum;

  /** Makes a budget of so many bytes. */
  public LargeObjectBudget(long most) {
    this.most = most;
  }

  private record Taken(String namespace, long size) {}

  /** Returns the room that there is in this process. */
  public static LargeObjectBudget ofProcess() {
    return new LargeObjectBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);
  }

  /**
   * Takes room for an object, in place of what it took before.
   *
   * @param key names the object
   * @return whether there is room for it
   */
  public synchronized boolean take(String namespace, String key, long size) {
    release(key);
    if (size < LARGE) {
      return true;
    }
    long here = byNamespace.getOrDefault(namespace, 0L);
    if (sum + size > most || here + size > most / SHARE_OF_NAMESPACE) {
      return false;
    }
    taken.put(key, new Taken(namespace, size));
    byNamespace.put(namespace, here + size);
    sum += size;
    return true;
  }

  /** Gives back what an object took. */
  public synchronized void release(String key) {
    Taken before = taken.remove(key);
    if (before != null) {
      sum -= before.size();
      byNamespace.computeIfPresent(
          before.namespace(),
          (namespace, size) -> size == before.size() ? null : size - before.size());
    }
  }
}
