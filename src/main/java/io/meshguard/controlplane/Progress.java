package io.meshguard.controlplane;

/** Is told, line by line, what takes time while a control plane is prepared. */
@FunctionalInterface
public interface Progress {
  /** Takes one line without line break; said before the work that it names begins. */
  void say(String line);

  /** Returns a progress that nobody hears. */
  static Progress silent() {
    return line -> {};
  }
}
