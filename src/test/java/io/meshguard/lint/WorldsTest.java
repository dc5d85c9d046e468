package io.meshguard.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.Positions;
import io.meshguard.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorldsTest {

  @Test
  void objectsThatNobodyContradictsMakeOneMesh() {
    assertThat(worlds(service("a/one.yaml", "one", 80), service("b/two.yaml", "two", 80)))
        .containsExactly(": one two + ");
    assertThat(Worlds.places(List.of(service("a/one.yaml", "one", 80)))).isEmpty();
  }

  @Test
  void theSameTwiceIsNoContradiction() {
    assertThat(worlds(service("a/one.yaml", "one", 80), service("b/one.yaml", "one", 80)))
        .containsExactly(": one one + ");
  }

  @Test
  void foldersThatContradictEachOtherShareWhatStandsAround() {
    assertThat(
            worlds(
                service("base/db.yaml", "db", 1),
                service("overlays/dev/web/web.yaml", "web", 80),
                service("overlays/dev/debug.yaml", "debug", 80),
                service("overlays/prod/web.yaml", "web", 8080)))
        .containsExactly(": db + ", "overlays/dev: web debug + db", "overlays/prod: web + db");
  }

  @Test
  void filesOfOneFolderStandForThemselves() {
    assertThat(worlds(service("a/v1.yaml", "web", 80), service("a/v2.yaml", "web", 81)))
        .containsExactly("a/v1.yaml: web + ", "a/v2.yaml: web + ");
  }

  @Test
  void aContradictionInsideOfAnotherSplitsAgain() {
    assertThat(
            worlds(
                service("dev/a/web.yaml", "web", 80),
                service("dev/b/web.yaml", "web", 81),
                service("dev/db.yaml", "db", 1),
                service("prod/db.yaml", "db", 2)))
        .containsExactly("dev/a: web + db", "dev/b: web + db", "dev: db + ", "prod: db + ");
  }

  @Test
  void absolutePathsAndTheWorkingFolderAreNamedAsTheUserDid() {
    assertThat(
            Worlds.places(
                List.of(
                    service("/x/dev/web.yaml", "web", 80), service("/x/prod/web.yaml", "web", 81))))
        .containsExactly("/x/dev", "/x/prod");
    assertThat(
            Worlds.places(
                List.of(
                    service("./dev/web.yaml", "web", 80), service("./prod/web.yaml", "web", 81))))
        .containsExactly("dev", "prod");
  }

  @Test
  void kindsOfWorldsThatMayBelongToTheSameMeshAreNotKnownAsAWhole() {
    List<Resource> objects =
        List.of(
            service("a/dev/web.yaml", "web", 80),
            service("a/prod/web.yaml", "web", 81),
            service("a/prod/more.yaml", "more", 81),
            gateway("b/dev/gw.yaml", "gw", "x"),
            gateway("b/prod/gw.yaml", "gw", "y"));
    List<String> seen = new ArrayList<>();
    Worlds.visit(
        objects,
        world -> seen.add(world.place() + " " + world.hidden().stream().map(Kind::name).toList()));

    assertThat(seen)
        .containsExactly(
            "a/dev [Gateway]", "a/prod [Gateway]", "b/dev [Service]", "b/prod [Service]");
  }

  @Test
  void whatStandsTwiceInOneWorldIsTold() {
    assertThat(
            Worlds.repeated(
                List.of(
                    service("a.yaml", "web", 80),
                    service("a.yaml", "web", 81),
                    service("b.yaml", "db", 1))))
        .hasSize(1);
  }

  private static List<String> worlds(Resource... objects) {
    List<String> worlds = new ArrayList<>();
    Worlds.visit(
        List.of(objects),
        world ->
            worlds.add(world.place() + ": " + names(world.own()) + " + " + names(world.shared())));
    return worlds;
  }

  private static String names(List<Resource> objects) {
    return String.join(" ", objects.stream().map(Resource::name).toList());
  }

  private static Resource service(String file, String name, int port) {
    return object(
        file,
        "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {ports: [{port: %d}]}}"
            .formatted(name, port));
  }

  private static Resource gateway(String file, String name, String label) {
    return object(
        file,
        "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: %s}, spec: {selector: {a: %s}}}"
            .formatted(name, label));
  }

  private static Resource object(String file, String yaml) {
    Origin origin = new Origin(file, 0, JsonPointer.empty(), Positions.NONE, false);
    return Resource.of(YamlReader.readOne(yaml).tree(), "default", origin);
  }
}
