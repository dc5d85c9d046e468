package io.meshguard.render;

import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of rendering.
 *
 * @param roots the objects of each kustomization or chart
 * @param texts the files that these objects are written in, by the names that they are shown by
 * @param used files that were rendered, absolute: they are not to be judged as they stand
 * @param errors what could not be rendered
 */
public record Rendered(
    List<Root> roots, Map<Path, String> texts, Set<Path> used, List<InputError> errors) {

  public Rendered {
    roots = List.copyOf(roots);
    errors = List.copyOf(errors);
  }

  /**
   * A kustomization or chart.
   *
   * @param folder its folder, as it is shown
   * @param objects what it makes
   * @param provenance where their fields come from, by identity
   */
  public record Root(
      String folder, List<Resource> objects, IdentityHashMap<Resource, Provenance> provenance) {}
}
