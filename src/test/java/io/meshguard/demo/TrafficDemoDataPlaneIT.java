package io.meshguard.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.dataplane.RequiresDataPlane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour with real traffic as a person runs it: the packaged program, on planes of its own. */
@RequiresDataPlane
final class TrafficDemoDataPlaneIT {
  @TempDir private Path directory = Path.of("");

  @Test
  void showsEachSymptomAndItsEndAndLeavesNothing() throws Exception {
    try (DemoProcess demo = DemoProcess.start(directory, Map.of(), "--traffic")) {
      assertThat(demo.await()).as(Files.readString(demo.err())).isZero();
      List<String> seen =
          demo.shown().lines().filter(line -> line.startsWith("  < ")).map(String::strip).toList();
      assertThat(seen)
          .hasSize(10)
          .startsWith(
              "< 200 from catalog",
              "< 200 from images",
              "< 404 NR",
              "< 200 from storefront",
              "< 426",
              "< 200 from legacy",
              "< 431 DPE",
              "< 200 from legacy",
              "< 12 × 200 from legacy");
      assertThat(seen.get(9)).contains("503 UO");
      assertThat(demo.shown()).doesNotContain("Scene 6").contains("All scenes showed");
      try (var left = Files.list(demo.temporary())) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void speaksChinese() throws Exception {
    try (DemoProcess demo =
        DemoProcess.start(directory, Map.of(), "--traffic", "--language", "zh")) {
      assertThat(demo.await()).as(Files.readString(demo.err())).isZero();
      assertThat(demo.shown())
          .contains("场景 1（共 5 个）：请求到了错误的后端", "没有请求能到达该路由", "修改后没有")
          .doesNotContain("objects checked");
    }
  }
}
