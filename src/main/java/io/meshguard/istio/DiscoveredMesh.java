package io.meshguard.istio;

import io.meshguard.mesh.Access;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.Listing;
import io.meshguard.mesh.Lookup;
import io.meshguard.mesh.MemoizedQuery;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A mesh as istiod sees it. What stands in a left-out namespace does not count, but is not said to
 * be absent either: somebody who looks will find it.
 */
final class DiscoveredMesh implements Mesh {

  private final Mesh mesh;
  private final Discovery discovery;
  private final Map<MemoizedQuery<?>, Object> derived = new ConcurrentHashMap<>();

  /** Makes a view for the time of one review: what is worked out of it is kept as long. */
  DiscoveredMesh(Mesh mesh, Discovery discovery) {
    this.mesh = mesh;
    this.discovery = discovery;
  }

  @Override
  public Lookup find(Kind kind, String namespace, String name) {
    Lookup found = mesh.find(kind, namespace, name);
    boolean hidden = found instanceof Lookup.Found && isHidden(kind, namespace);
    return hidden ? new Lookup.Unknown() : found;
  }

  @Override
  public Listing list(Kind kind) {
    return seen(kind, mesh.list(kind));
  }

  @Override
  public Listing list(Kind kind, String namespace) {
    return seen(kind, mesh.list(kind, namespace));
  }

  @Override
  public Listing list(Index index, String key) {
    return seen(index.kind(), mesh.list(index, key));
  }

  private Listing seen(Kind kind, Listing all) {
    if (!discovery.hides(kind)) {
      return all;
    }
    List<Resource> seen =
        all.items().stream().filter(object -> !isHidden(kind, object.namespace())).toList();
    boolean same = seen.size() == all.items().size();
    return same ? all : new Listing(seen, false);
  }

  private boolean isHidden(Kind kind, String namespace) {
    return discovery.hides(kind) && discovery.leftOut().contains(namespace);
  }

  /** What does not depend on anything hidden is the same here. */
  @Override
  public <T> T derive(MemoizedQuery<T> derivation) {
    boolean same = derivation.reads().stream().noneMatch(discovery::hides);
    return same ? mesh.derive(derivation) : own(derivation);
  }

  private <T> T own(MemoizedQuery<T> derivation) {
    @SuppressWarnings("unchecked") // put below, under the same key
    T known = (T) derived.get(derivation);
    if (known != null) {
      return known;
    }
    T value = derivation.of(this);
    derived.put(derivation, value);
    return value;
  }

  @Override
  public MeshFacts facts() {
    return mesh.facts();
  }

  @Override
  public OptionalLong changes() {
    return mesh.changes();
  }

  /** Whether an object counts is told by others. */
  @Override
  public boolean stale(Kind kind) {
    return mesh.stale(kind)
        || (discovery.hides(kind) && Discovery.READS.stream().anyMatch(mesh::stale));
  }

  @Override
  public Access access() {
    return mesh.access();
  }
}
