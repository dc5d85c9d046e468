package io.meshguard.rules;

import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Access;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Requester;
import io.meshguard.resource.Kind;
import java.util.Optional;
import java.util.Set;

/** A mesh in which somebody is known to ask. */
record AskedMesh(Mesh mesh, Access access) implements Mesh {

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    return mesh.find(kind, namespace, name);
  }

  @Override
  public Listing list(Kind kind) {
    return mesh.list(kind);
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    return mesh.list(kind, namespace);
  }

  @Override
  public Listing list(Index index, String key) {
    return mesh.list(index, key);
  }

  @Override
  public MeshFacts facts() {
    return mesh.facts();
  }

  /**
   * Answers from lists of {@code VERB:GROUP/RESOURCE}, in which {@code *} stands for any.
   *
   * @param user who asks
   * @param may what they may do
   * @param unsure what cannot be found out
   */
  record Answers(Requester user, Set<String> may, Set<String> unsure) implements Access {

    @Override
    public Optional<Requester> requester() {
      return Optional.of(user);
    }

    @Override
    public Ternary may(Permission permission) {
      if (unsure.stream().anyMatch(pattern -> matches(pattern, permission))) {
        return Ternary.UNKNOWN;
      }
      return may.stream().anyMatch(pattern -> matches(pattern, permission))
          ? Ternary.TRUE
          : Ternary.FALSE;
    }

    private static boolean matches(String pattern, Permission permission) {
      int colon = pattern.indexOf(':');
      int slash = pattern.indexOf('/', colon);
      return matches(pattern.substring(0, colon), permission.verb())
          && matches(pattern.substring(colon + 1, slash), permission.group())
          && matches(pattern.substring(slash + 1), permission.resource());
    }

    private static boolean matches(String pattern, String text) {
      return pattern.equals("*") || pattern.equals(text);
    }
  }
}
