package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KindStoreTest {

  private static final Index BY_TYPE =
      new Index("by-type", Kind.SERVICE, service -> Set.of(service.at("spec", "type").text("")));

  private final LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
  private final KindStore services = mesh.store(Kind.SERVICE);

  @Test
  void nothingFollowsFromAnObjectThatIsNotThereBeforeAllWereSeen() {
    assertThat(mesh.find(Kind.SERVICE, "a", "x")).isEqualTo(new Lookup.Unknown());
    assertThat(mesh.list(Kind.SERVICE).complete()).isFalse();

    mesh.setWhole(Kind.SERVICE, true);
    assertThat(mesh.find(Kind.SERVICE, "a", "x")).isEqualTo(new Lookup.Absent());
    assertThat(mesh.list(BY_TYPE, "NodePort").complete()).isTrue();
  }

  @Test
  void listsInTheOrderOfNamespaceAndName() {
    services.put(service("b", "x", "ClusterIP"));
    services.put(service("a-b", "x", "ClusterIP"));
    services.put(service("a", "z", "ClusterIP"));
    services.put(service("a", "y", "ClusterIP"));

    assertThat(mesh.list(Kind.SERVICE).items())
        .extracting(service -> service.ref().path())
        .containsExactly("a/y", "a/z", "a-b/x", "b/x");
    assertThat(mesh.list(Kind.SERVICE, "a").items())
        .extracting(Resource::name)
        .containsExactly("y", "z");
  }

  @Test
  void anIndexFollowsEveryChange() {
    services.put(service("a", "x", "ClusterIP"));
    assertThat(names("ClusterIP")).containsExactly("x");

    services.put(service("a", "w", "ClusterIP"));
    services.put(service("a", "x", "NodePort"));
    assertThat(names("ClusterIP")).containsExactly("w");
    assertThat(names("NodePort")).containsExactly("x");

    services.remove("a", "x");
    assertThat(names("NodePort")).isEmpty();
    assertThat(mesh.list(Kind.SERVICE).items()).hasSize(1);
  }

  private java.util.List<String> names(String type) {
    return mesh.list(BY_TYPE, type).items().stream().map(Resource::name).toList();
  }

  private static Resource service(String namespace, String name, String type) {
    var tree = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Service");
    tree.putObject("metadata").put("namespace", namespace).put("name", name);
    tree.putObject("spec").put("type", type);
    return Resource.of(tree, "", Origin.NONE);
  }
}
