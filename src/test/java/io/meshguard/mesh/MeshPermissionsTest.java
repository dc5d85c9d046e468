package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.MeshPermissions.Grant;
import io.meshguard.resource.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeshPermissionsTest {

  @Test
  void aGrantIsEveryVerbOnEveryResource() {
    Grant grant = new Grant("g", List.of("a", "b"), List.of("get", "list"), "ns");
    assertThat(grant.permissions())
        .containsExactly(
            new Permission("get", "g", "a", "ns"),
            new Permission("list", "g", "a", "ns"),
            new Permission("get", "g", "b", "ns"),
            new Permission("list", "g", "b", "ns"));
  }

  @Test
  void joiningTakesAllThatManagingDoesAndMore() {
    assertThat(MeshPermissions.join())
        .containsAll(MeshPermissions.manage())
        .hasSizeGreaterThan(MeshPermissions.manage().size());
    assertThat(MeshPermissions.manage())
        .flatMap(Grant::permissions)
        .contains(
            new Permission("watch", "networking.istio.io", "virtualservices", ""),
            new Permission("patch", "", "namespaces", ""))
        .noneMatch(permission -> permission.resource().equals("secrets"));
  }

  @Test
  void toManageAKindTakesItsVerbsInTheNamespace() {
    assertThat(MeshPermissions.toManage(Kind.GATEWAY, "shop"))
        .hasSize(7)
        .contains(new Permission("delete", "networking.istio.io", "gateways", "shop"));
    assertThat(MeshPermissions.toManage("shop"))
        .contains(
            new Permission("patch", "", "namespaces", "shop"),
            new Permission("list", "networking.istio.io", "destinationrules", "shop"));
  }

  @Test
  void describesResourcesWithTheSameVerbsTogether() {
    assertThat(
            MeshPermissions.describe(
                List.of(
                    new Permission("get", "", "a", ""),
                    new Permission("list", "", "a", ""),
                    new Permission("patch", "", "b", ""),
                    new Permission("get", "", "c", ""),
                    new Permission("list", "", "c", ""))))
        .isEqualTo("get, list a, c; patch b");
  }
}
