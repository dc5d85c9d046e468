package io.meshguard.rules.node;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.process.CommandLine;
import io.meshguard.process.Commands;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;

/**
 * A workload that removes exited containers from its node. The kubelet then runs init containers of
 * running Pods again; istio-init fails the second time before 1.24 (istio
 * tools/istio-iptables @1.24.0).
 */
public final class ContainerCleanupJob implements Rule {

  private static final VersionRange NOT_REPEATABLE = VersionRange.before("1.24");

  private static final RuleInfo INFO =
      RuleInfo.rule("container-cleanup-job")
          .subjects(PodTemplate.WORKLOADS)
          .reads(CommandLine.READS)
          .faq(FaqEntry.ISTIO_INIT)
          .beyondDiscovery()
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject).ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    RuntimeAccess runtime = new RuntimeAccess(workload);
    Commands commands = new Commands(workload, mesh);
    for (Cursor container : workload.template().allContainers()) {
      if (runtime.reaches(container)) {
        commands
            .of(container)
            .ifPresentOrElse(
                lines -> Removal.in(lines).ifPresent(line -> report(line, mesh, report)),
                report::cutShort);
      }
    }
  }

  private static void report(CommandLine line, Mesh mesh, Report report) {
    Applicability fatal = mesh.facts().istio().in(NOT_REPEATABLE);
    String key =
        switch (fatal) {
          case EVERYWHERE -> "fatal";
          case SOMEWHERE, UNKNOWN -> "before";
          case NOWHERE -> "other";
        };
    report
        .say(line.at(), key, line.program())
        .holds(fatal == Applicability.NOWHERE ? Applicability.SOMEWHERE : fatal);
  }
}
