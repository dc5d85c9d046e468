package io.meshguard.cli;

import com.fasterxml.jackson.core.JsonPointer;
import io.meshguard.lint.SourcePlaces;
import io.meshguard.render.Provenance;
import io.meshguard.render.Rendered;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import java.util.IdentityHashMap;
import java.util.List;

/** Where the objects of kustomizations and charts are written down. */
final class RenderedPlaces implements SourcePlaces {

  private final IdentityHashMap<Resource, Provenance> provenance = new IdentityHashMap<>();

  RenderedPlaces(List<Rendered.Root> roots) {
    roots.forEach(root -> provenance.putAll(root.provenance()));
  }

  @Override
  public Origin of(Resource object, JsonPointer path) {
    Provenance known = provenance.get(object);
    return known == null ? object.origin() : known.of(path, object.origin());
  }

  @Override
  public boolean isExact(Resource object) {
    Provenance known = provenance.get(object);
    return known != null && known.exact();
  }
}
