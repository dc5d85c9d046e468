package io.meshguard.admission.sample;

import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;

/**
 * Finds bad fields, counts how often it is asked to, and for a field "ask" asks for permissions.
 */
public final class CountedFields implements Rule {

  private final BadFields badFields = new BadFields();
  private int checks;

  /** Returns how often an object was looked at. */
  public int checks() {
    return checks;
  }

  @Override
  public RuleInfo info() {
    return badFields.info();
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    checks++;
    if (subject.at("spec", "ask").isPresent()) {
      mesh.access().may(new Permission("get", "", "pods", "shop"));
    }
    badFields.check(subject, mesh, report);
  }
}
