package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshguard.resource.Resource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SidesTest {

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: %s, namespace: shop}
      spec: {ports: [{port: 80}]}
      """;

  @TempDir private Path folder = Path.of("");

  private static Sides read(String... words) {
    PrintStream sink = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            sink,
            sink,
            false,
            false,
            Map.of(),
            LocalDate.of(2026, 3, 1));
    return new Sides.Reader("default", console, new ConsoleProgress(console)).read(List.of(words));
  }

  private static List<String> names(Sides.Side side) {
    return side.manifests().objects().stream().map(Resource::name).sorted().toList();
  }

  private GitShop shop() throws IOException {
    return GitShop.in(folder)
        .write("k8s/a.yaml", SERVICE.formatted("a"))
        .write("k8s/gone.yaml", SERVICE.formatted("gone"))
        .write("other/o.yaml", SERVICE.formatted("o"))
        .write("k8s/readme.md", "no manifest")
        .write("k8s/skipped.yaml", SERVICE.formatted("skipped"))
        .write("k8s/überschrift.yaml", SERVICE.formatted("special"))
        .write(".meshguardignore", "skipped.yaml\n")
        .commit("first")
        .remove("k8s/gone.yaml")
        .write("k8s/b.yaml", SERVICE.formatted("b"))
        .commit("second")
        .write("k8s/c.yaml", SERVICE.formatted("c"));
  }

  @Test
  void filesAndFoldersMayTakeEachOthersPlace() throws IOException {
    GitShop shop =
        GitShop.in(folder)
            .write("k8s/same.yaml", SERVICE.formatted("same"))
            .write("k8s/x.yaml", SERVICE.formatted("file"))
            .write("k8s/y.yaml/in.yaml", SERVICE.formatted("inside"))
            .write("elsewhere/led.yaml", SERVICE.formatted("led"));
    Files.createSymbolicLink(folder.resolve("k8s/link.yaml"), Path.of("../elsewhere/led.yaml"));
    shop.commit("first").remove("k8s/x.yaml").remove("k8s/y.yaml/in.yaml");
    Files.deleteIfExists(folder.resolve("k8s/y.yaml"));
    shop.write("k8s/x.yaml/in.yaml", SERVICE.formatted("inside"))
        .write("k8s/y.yaml", SERVICE.formatted("file"))
        .commit("second");

    Sides sides = read("HEAD~1..HEAD", folder.resolve("k8s").toString());

    assertThat(names(sides.before())).containsExactly("file", "inside", "led", "same");
    assertThat(names(sides.after())).containsExactly("file", "inside", "led", "same");
    assertThat(sides.errors()).isEmpty();
  }

  @Test
  void twoRevisionsAreReadWithoutTouchingTheFiles() throws IOException {
    GitShop shop = shop();
    Sides sides = read("HEAD~1..HEAD", folder.resolve("k8s").toString());
    assertThat(names(sides.before())).containsExactly("a", "gone", "special");
    assertThat(names(sides.after())).containsExactly("a", "b", "special");
    assertThat(sides.before().title()).isEqualTo("HEAD~1");
    assertThat(sides.errors()).isEmpty();
    assertThat(shop.git("status", "--porcelain")).isEqualTo("?? k8s/c.yaml\n");
    assertThat(sides.before().manifests().objects())
        .extracting(object -> object.origin().file())
        .contains(folder.resolve("k8s/a.yaml").toString());
  }

  @Test
  void oneRevisionIsComparedWithTheFilesAsTheyAre() throws IOException {
    shop();
    Sides sides = read("HEAD", folder.resolve("k8s").toString());
    assertThat(names(sides.before())).containsExactly("a", "b", "special");
    assertThat(names(sides.after())).containsExactly("a", "b", "c", "special");
    assertThat(sides.after().title()).isEqualTo("files");
  }

  @Test
  void threeDotsStandForWhereTheTwoWentApart() throws IOException {
    GitShop shop = shop();
    shop.git("checkout", "-q", "-b", "topic", "HEAD~1");
    shop.write("k8s/topic.yaml", SERVICE.formatted("topic")).commit("topic");
    Path k8s = folder.resolve("k8s");
    assertThat(names(read("main...topic", k8s.toString()).before()))
        .containsExactly("a", "gone", "special");
    assertThat(names(read("main..topic", k8s.toString()).before()))
        .containsExactly("a", "b", "special");
    assertThat(names(read("main...topic", k8s.toString()).after())).contains("gone", "topic");
  }

  @Test
  void twoFoldersAndTwoFilesAreRead() throws IOException {
    shop();
    Sides folders = read(folder.resolve("k8s").toString(), folder.resolve("other").toString());
    assertThat(names(folders.after())).containsExactly("o");
    Sides files =
        read(folder.resolve("k8s/a.yaml").toString(), folder.resolve("k8s/b.yaml").toString());
    assertThat(names(files.before())).containsExactly("a");
    assertThat(names(files.after())).containsExactly("b");
  }

  @Test
  void aPathThatIsNewHasNothingBefore() throws IOException {
    GitShop shop = shop();
    shop.write("new/n.yaml", SERVICE.formatted("fresh")).commit("new");
    Sides sides = read("HEAD~1..HEAD", folder.resolve("new").toString());
    assertThat(sides.errors()).isEmpty();
    assertThat(names(sides.before())).isEmpty();
    assertThat(names(sides.after())).containsExactly("fresh");
    Sides file = read("HEAD~1..HEAD", folder.resolve("new/n.yaml").toString());
    assertThat(names(file.after())).containsExactly("fresh");
  }

  @Test
  void linksInsideOfTheRepositoryAreFollowed() throws IOException {
    GitShop shop = shop();
    Files.createSymbolicLink(folder.resolve("k8s/linked.yaml"), Path.of("../other/o.yaml"));
    Files.createSymbolicLink(folder.resolve("k8s/all"), Path.of("../more"));
    Files.createSymbolicLink(folder.resolve("k8s/out.yaml"), Path.of("../../../etc/out.yaml"));
    shop.write("more/m.yaml", SERVICE.formatted("m")).commit("links");
    Sides sides = read("HEAD~1..HEAD", folder.resolve("k8s").toString());
    assertThat(names(sides.after())).contains("o", "m").doesNotContain("out");
    assertThat(sides.errors()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNamedWithoutATemporaryFolder() throws IOException {
    GitShop shop = shop();
    shop.write("k8s/broken.yaml", "a: b: c\n").commit("broken");
    Sides sides = read("HEAD~1..HEAD", folder.resolve("k8s").toString());
    assertThat(sides.errors())
        .singleElement()
        .satisfies(
            e -> assertThat(e.file()).isEqualTo(folder.resolve("k8s/broken.yaml").toString()));
  }

  @Test
  void whatThereIsNotIsSaid() throws IOException {
    shop();
    String k8s = folder.resolve("k8s").toString();
    assertThatThrownBy(() -> read("nowhere..HEAD", k8s))
        .isInstanceOf(UnusableException.class)
        .hasMessageContaining("nowhere is no file or folder, and no revision in");
    assertThatThrownBy(() -> read("--help..HEAD", k8s)).hasMessageContaining("no revision");
    assertThatThrownBy(() -> read("HEAD", folder.resolve("nothing").toString()))
        .hasMessageContaining("in neither revision");
    assertThatThrownBy(() -> read(k8s)).hasMessageContaining("give two files or folders");
    assertThatThrownBy(() -> read(k8s, "HEAD")).hasMessageContaining("a revision comes first");
    assertThatThrownBy(() -> read("HEAD", "-")).hasMessageContaining("standard input");
    assertThatThrownBy(() -> read()).hasMessageContaining("give two files or folders");
  }

  @Test
  void aFolderWithoutARepositoryIsNamed(@TempDir Path bare) {
    assertThatThrownBy(() -> read("main", bare.toString()))
        .hasMessageContaining(bare + " is in no git repository");
  }
}
