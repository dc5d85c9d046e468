package io.meshguard.admission.sample;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.List;

/** Finds every field of spec whose name begins with "bad"; throws where spec is a string. */
public final class BadFields implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("bad-fields")
          .subjects(Kind.VIRTUAL_SERVICE, Kind.NAMESPACE, Kind.DEPLOYMENT)
          .mode(Mode.WARN)
          .fixes(Safety.SAFE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.at("spec").text().isPresent()) {
      throw new IllegalStateException("spec is a string");
    }
    for (Cursor.Field field : subject.at("spec").fields()) {
      if (field.name().startsWith("bad")) {
        report
            .say(field.value(), "found", field.name())
            .names(field.name())
            .fix(
                Safety.SAFE,
                "fix",
                List.of(new PatchOp.Remove(field.value().pointer())),
                field.name());
      }
    }
  }
}
