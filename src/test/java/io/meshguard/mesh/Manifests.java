package io.meshguard.mesh;

import io.meshguard.resource.ManifestReader;
import io.meshguard.resource.Resource;
import io.meshguard.yaml.YamlException;
import java.util.ArrayList;
import java.util.List;

/** Objects and meshes written as YAML in tests. */
public final class Manifests {

  private Manifests() {}

  public static Resource object(String yaml) {
    return objects(yaml).get(0);
  }

  public static List<Resource> objects(String yaml) {
    List<Resource> objects = new ArrayList<>();
    new ManifestReader("default")
        .read(
            "test",
            yaml,
            new ManifestReader.Sink() {
              @Override
              public void object(Resource object) {
                objects.add(object);
              }

              @Override
              public void noObject() {
                // what follows the last separator
              }

              @Override
              public void unreadable(YamlException cause) {
                throw new AssertionError(cause);
              }
            });
    return objects;
  }

  /** Returns a mesh of which all objects are given. */
  public static Mesh closed(String yaml) {
    return new ObjectMesh(objects(yaml), kind -> true, MeshFacts.UNKNOWN);
  }

  /** Returns a mesh that may hold more than the given objects. */
  public static Mesh open(String yaml) {
    return new ObjectMesh(objects(yaml), kind -> false, MeshFacts.UNKNOWN);
  }
}
