package io.meshguard.rule;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;

/**
 * One check. A rule has no state, does no I/O, reads no clock, reports only on its subject, and
 * looks around only through the mesh.
 */
public interface Rule {

  /** Returns what the program must know of the rule; the same at every call. */
  RuleInfo info();

  /**
   * Looks at one object and reports what is wrong with it.
   *
   * @param subject an object of one of the rule's subject kinds, of any shape
   * @param mesh what is around the object
   * @param report takes the findings
   */
  void check(Resource subject, Mesh mesh, Report report);
}
