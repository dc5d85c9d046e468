package io.meshguard.change;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Registry;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.List;

/** The hosts that objects speak of, by their full names. */
final class Hosts {

  private Hosts() {}

  /** Returns the hosts that an object registers. */
  static List<String> registered(Resource object, Mesh mesh) {
    if (object.kind().equals(Kind.SERVICE)) {
      return List.of(new Registry(mesh).fullName(object));
    }
    return object.kind().equals(Kind.SERVICE_ENTRY)
        ? object.at("spec", "hosts").each().stream().flatMap(h -> h.text().stream()).toList()
        : List.of();
  }

  /** Returns the full name of a host as an object writes it. */
  static String full(String written, Resource holder, Mesh mesh) {
    return HostName.completed(written, holder.namespace(), mesh.facts().clusterDomain());
  }
}
