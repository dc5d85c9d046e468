package io.meshguard.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * libfaketime, which has a process see another time of day; for how long something takes it sees as
 * everybody else.
 */
record FakeTime(Path library) {

  /** Returns it where it is installed, as distributions do. */
  static Optional<FakeTime> find() {
    return Stream.of("x86_64-linux-gnu/", "aarch64-linux-gnu/", "")
        .flatMap(triplet -> Stream.of("/usr/lib/" + triplet, "/usr/lib64/" + triplet))
        .map(folder -> Path.of(folder, "faketime", "libfaketime.so.1"))
        .filter(Files::isRegularFile)
        .findFirst()
        .map(FakeTime::new);
  }

  /** Returns the environment of a process whose clock is ahead. */
  Map<String, String> environment(Duration ahead) {
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "FAKETIME",
        "%+d".formatted(ahead.toSeconds()),
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        // Without it every wait of a JVM ends at once.
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0");
  }
}
