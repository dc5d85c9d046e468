package io.meshguard.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;

/** A Secret of type kubernetes.io/tls as a kubelet mounts it, and swaps it when it changes. */
final class MountedSecret {

  private static final Path DATA = Path.of("..data");

  private final Path directory;
  private int version;

  MountedSecret(Path directory, KeyMaterial material) throws IOException {
    this.directory = directory;
    swap(material);
    for (String file : new String[] {"tls.crt", "tls.key"}) {
      Files.createSymbolicLink(directory.resolve(file), DATA.resolve(file));
    }
  }

  Path directory() {
    return directory;
  }

  /** Mounts another certificate, both files at once. */
  void swap(KeyMaterial material) throws IOException {
    swap(
        material.chain().stream().map(PemText::of).collect(Collectors.joining()),
        PemText.of(material.key()));
  }

  /** Mounts any two texts. */
  void swap(String certificates, String key) throws IOException {
    version++;
    Path folder = Files.createDirectory(directory.resolve("..v" + version));
    Files.writeString(folder.resolve("tls.crt"), certificates);
    Files.writeString(folder.resolve("tls.key"), key);
    Path link = directory.resolve("..data_tmp");
    Files.createSymbolicLink(link, folder.getFileName());
    Files.move(link, directory.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
  }
}
