package io.meshguard.controlplane;

import java.util.Locale;

/**
 * Operating system and processor as Go names them.
 *
 * @param os for example linux or darwin
 * @param arch for example amd64 or arm64
 */
record Platform(String os, String arch) {
  /** Returns the platform that this Java runs on. */
  static Platform current() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    return new Platform(
        os.startsWith("mac") ? "darwin" : os,
        switch (arch) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> arch;
        });
  }
}
