package io.meshguard.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {
  private final Path root;

  BinaryCacheTest(@TempDir Path root) {
    this.root = root;
  }

  @Test
  void newestCompletePatchReleaseOfTheLineIsTaken() throws Exception {
    BinaryCache cache = new BinaryCache(root);
    for (String version :
        new String[] {"v1.35.2", "v1.35.10", "v1.35.11-rc.1", "v1.36.0", "v1.350.99"}) {
      FakeBinaries.fill(root.resolve(version));
    }
    Files.delete(FakeBinaries.fill(root.resolve("v1.35.12")).resolve("etcd"));

    assertThat(cache.newest("v1.35")).contains(Binaries.in(root.resolve("v1.35.10")));
    assertThat(cache.newest("v1.34")).isEmpty();
    assertThat(new BinaryCache(root.resolve("absent")).newest("v1.35")).isEmpty();
  }

  @Test
  void failedFillingLeavesNothing() throws Exception {
    BinaryCache cache = new BinaryCache(root);

    assertThatThrownBy(
            () ->
                cache.install(
                    "v1.35.4",
                    directory -> {
                      FakeBinaries.fill(directory);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");

    assertThat(names()).isEmpty();
    assertThat(cache.newest("v1.35")).isEmpty();
  }

  @Test
  void entryIsNotSeenBeforeItIsWhole() throws Exception {
    BinaryCache cache = new BinaryCache(root);

    cache.install(
        "v1.35.4",
        directory -> {
          FakeBinaries.fill(directory);
          assertThat(cache.newest("v1.35")).isEmpty();
        });

    assertThat(cache.newest("v1.35")).contains(Binaries.in(root.resolve("v1.35.4")));
  }

  @Test
  void damagedEntryIsReplacedAndLeftoversOfAKilledProcessGo() throws Exception {
    BinaryCache cache = new BinaryCache(root);
    Files.createDirectories(root.resolve("v1.35.4"));
    Files.writeString(root.resolve("v1.35.4").resolve("etcd"), "half");
    FakeBinaries.fill(root.resolve(".partial-123"));

    cache.install("v1.35.4", FakeBinaries::fill);

    assertThat(names()).containsExactly("v1.35.4");
    assertThat(cache.newest("v1.35")).isPresent();
  }

  @Test
  void placeFollowsTheBaseDirectorySpecification() {
    assertThat(BinaryCache.ofUser(Map.of(), "/home/ann").root())
        .isEqualTo(Path.of("/home/ann/.cache/meshguard"));
    assertThat(BinaryCache.ofUser(Map.of("XDG_CACHE_HOME", "/big"), "/home/ann").root())
        .isEqualTo(Path.of("/big/meshguard"));
    assertThat(BinaryCache.ofUser(Map.of("XDG_CACHE_HOME", "relative"), "/home/ann").root())
        .isEqualTo(Path.of("/home/ann/.cache/meshguard"));
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    }
  }
}
