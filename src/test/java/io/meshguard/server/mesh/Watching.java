package io.meshguard.server.mesh;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshguard.kube.Compactor;
import io.meshguard.kube.LargeObjectBudget;
import io.meshguard.kube.LightSerialization;
import io.meshguard.kube.WatchedKinds;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What a {@link MeshWatch} watches, told to tests of other packages. */
public final class Watching {

  private Watching() {}

  /**
   * Returns the mesh that a server keeps of objects: as they come from an API server, of the kinds
   * and places that it watches, without what it drops.
   *
   * @param whole whether everything was listed
   */
  public static Mesh live(Collection<Resource> objects, boolean whole, MeshFacts facts) {
    LiveMesh mesh = new LiveMesh(() -> facts);
    Collection<RuleInfo> rules = Catalogue.infos();
    Compactor compactor = new Compactor();
    KubernetesSerialization serialization = LightSerialization.create();
    for (Resource object : objects) {
      Kind kind = object.kind();
      String namespace = object.ref().namespace();
      boolean inRoot = facts.rootNamespaces().contains(namespace);
      WatchedKinds.Single single = new WatchedKinds.Single(kind, namespace, object.name());
      boolean watched =
          everywhere(rules).contains(kind)
              || (inRoot && inMeshNamespaces().contains(kind))
              || single().contains(single);
      if (watched) {
        MirrorStore store =
            new MirrorStore(
                kind,
                mesh.store(kind),
                compactor,
                LargeObjectBudget.ofProcess(),
                WatchedKinds.wanted(kind));
        GenericKubernetesResource item =
            serialization.unmarshal(stored(object), GenericKubernetesResource.class);
        store.put(store.getKey(item), item);
      }
    }
    if (whole) {
      everywhere(rules).forEach(kind -> mesh.setWhole(kind, true));
      facts.rootNamespaces().forEach(root -> mesh.setWholeIn(Kind.CONFIG_MAP, root, true));
    }
    return mesh;
  }

  /** Returns an object as an API server would store it. */
  private static String stored(Resource object) {
    ObjectNode tree = object.object().orElseThrow().deepCopy();
    ObjectNode metadata = tree.withObject("/metadata");
    metadata.put("name", object.name()).put("resourceVersion", "1").put("generation", 1);
    if (!object.ref().namespace().isEmpty()) {
      metadata.put("namespace", object.ref().namespace());
    }
    return tree.toString();
  }

  /** Returns the kinds that are watched in all namespaces. */
  public static Set<Kind> everywhere(Collection<RuleInfo> rules) {
    return WatchedKinds.of(rules);
  }

  /** Returns the objects that are watched one by one. */
  public static List<WatchedKinds.Single> single() {
    return WatchedKinds.single();
  }

  /** Returns the kinds that are watched in the mesh's root namespaces. */
  public static Set<Kind> inMeshNamespaces() {
    return Set.of(Kind.CONFIG_MAP, Kind.DEPLOYMENT);
  }
}
