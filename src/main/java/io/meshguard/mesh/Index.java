package io.meshguard.mesh;

import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.Set;
import java.util.function.Function;

/**
 * A way to find objects of a kind by something other than their name, so that no rule has to walk
 * through thousands of objects. Declared once as a constant by the code that asks.
 *
 * @param name names the index; unique among all indexes
 * @param kind the kind that is indexed
 * @param keys the keys under which an object is found; must depend on the object alone
 */
public record Index(String name, Kind kind, Function<Resource, Set<String>> keys) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Index index && index.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
