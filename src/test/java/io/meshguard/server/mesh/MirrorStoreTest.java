package io.meshguard.server.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.meshguard.kube.Compactor;
import io.meshguard.kube.LargeObjectBudget;
import io.meshguard.kube.LightSerialization;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MirrorStoreTest {

  private static final String SERVICE =
      """
      {"apiVersion":"v1","kind":"Service",
       "metadata":{"name":"%s","namespace":"shop","uid":"u","resourceVersion":"%s","generation":%2$s,
        "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","kept":"yes"},
        "managedFields":[
         {"manager":"kubectl","operation":"Apply","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{}}},
         {"manager":"flagger","operation":"Update","time":"2026-01-01T00:00:00Z"}]},
       "spec":{"ports":[{"port":%s}]},
       "status":{"loadBalancer":{}}}
      """;

  private final List<String> changes = new ArrayList<>();
  private final LiveMesh mesh = new LiveMesh(() -> MeshFacts.UNKNOWN);
  private final MirrorStore mirror;

  MirrorStoreTest() {
    mesh.listen(
        new LiveMesh.Listener() {
          @Override
          public void changed(Kind kind, String namespace, String name) {
            changes.add(namespace + "/" + name);
          }

          @Override
          public void known(Kind kind) {}
        });
    mirror =
        new MirrorStore(
            Kind.SERVICE,
            mesh.store(Kind.SERVICE),
            new Compactor(),
            new LargeObjectBudget(LargeObjectBudget.LARGE * 20),
            service -> true);
  }

  @Test
  void keepsWhatRulesRead() {
    put("web", 1, 80);

    Resource kept = mesh.find(Kind.SERVICE, "shop", "web").found().orElseThrow();
    assertThat(kept.tree())
        .hasToString(
            "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"annotations\":{\"kept\":\"yes\"},"
                + "\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u\","
                + "\"managedFields\":[{\"manager\":\"flagger\"}]},\"spec\":{\"ports\":[{\"port\":80}]}}");
    assertThat(kept.ref()).hasToString("Service shop/web");
  }

  @Test
  void tellsOfChangesThatARuleMaySee() {
    put("web", 1, 80);
    put("web", 2, 80);
    assertThat(changes).containsExactly("shop/web");

    put("web", 3, 81);
    assertThat(changes).containsExactly("shop/web", "shop/web");
  }

  @Test
  void whatIsClearedIsGoneAndToldOf() {
    put("web", 1, 80);
    put("api", 1, 80);
    mirror.clear();

    assertThat(mirror.size()).isZero();
    assertThat(mesh.list(Kind.SERVICE).items()).isEmpty();
    assertThat(changes).containsExactlyInAnyOrder("shop/web", "shop/api", "shop/web", "shop/api");
  }

  /** So that a list after a lost watch leaves no ghosts. */
  @Test
  void tellsTheInformerWhatItHasAndForgetsWhatTheInformerDrops() {
    assertThat(put("web", 1, 80)).isNull();
    assertThat(version(put("web", 2, 80))).isEqualTo("1");
    put("cart", 3, 80);

    assertThat(mirror.size()).isEqualTo(2);
    assertThat(mirror.keySet()).containsExactlyInAnyOrder("shop/web", "shop/cart");
    assertThat(mirror.values())
        .extracting(mirror::getKey)
        .containsExactlyInAnyOrder("shop/web", "shop/cart");
    assertThat(version(mirror.get("shop/web"))).isEqualTo("2");

    assertThat(version(mirror.remove("shop/web"))).isEqualTo("2");
    assertThat(mirror.remove("shop/web")).isNull();
    assertThat(mirror.get("shop/web")).isNull();
    assertThat(mesh.list(Kind.SERVICE).items()).extracting(Resource::name).containsExactly("cart");
  }

  /** Thirty of the largest that an API server stores would fill a server. */
  @Test
  void largeObjectsTakeNoMoreRoomThanThereIs() {
    String large =
        SERVICE.replace("{\"port\":%s}", "{\"port\":1},".repeat(4_000) + "{\"port\":%s}");
    for (int i = 0; i < 10; i++) {
      put(large, "large-" + i, 1, 80);
    }
    put("small", 1, 80);

    int fitting = mesh.list(Kind.SERVICE).items().size();
    assertThat(fitting).isBetween(4, 6);
    assertThat(mesh.find(Kind.SERVICE, "shop", "small").found()).isPresent();
    assertThat(mesh.unread())
        .hasSize(11 - fitting)
        .allMatch(one -> one.reason().equals(LargeObjectBudget.FULL));

    mirror.remove("shop/large-0");
    put(large, "large-9", 2, 80);
    assertThat(mesh.unread()).hasSize(10 - fitting);
    assertThat(mesh.find(Kind.SERVICE, "shop", "large-9").found()).isPresent();
  }

  private static String version(@Nullable GenericKubernetesResource object) {
    return Objects.requireNonNull(object).getMetadata().getResourceVersion();
  }

  private @Nullable GenericKubernetesResource put(String name, int version, int port) {
    return put(SERVICE, name, version, port);
  }

  private @Nullable GenericKubernetesResource put(String json, String name, int version, int port) {
    GenericKubernetesResource service =
        LightSerialization.create()
            .unmarshal(json.formatted(name, version, port), GenericKubernetesResource.class);
    return mirror.put(mirror.getKey(service), service);
  }
}
