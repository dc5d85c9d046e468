package io.meshguard.rules.tracing;

import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.rule.Report;

/** A sidecar that is told by the annotation of its Pods to make no request ids. */
final class RequestIds {

  /** The setting is some releases older; from here on it is sure to be read. */
  private static final VersionRange READ = VersionRange.from("1.25");

  private RequestIds() {}

  /** Reports the annotation of Pods that get a sidecar; egress gateways may do without ids. */
  static void check(Workload workload, Mesh mesh, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
    }
    Cursor headers = text.field("proxyHeaders");
    Cursor id = ProxyConfigText.field(headers, "requestId");
    boolean disabled = ProxyConfigText.field(id, "disabled").bool().orElse(false);
    if (!disabled || Egress.selects(workload.template().metadata().at("labels"))) {
      return;
    }
    Injection injection = new Injection(mesh);
    Decision decision = injection.decide(workload);
    Applicability read = injection.versions(decision).in(READ);
    if (decision.expected() && read != Applicability.NOWHERE) {
      report.say(annotation, "no-request-id").holds(read).advice("advice");
    }
  }
}
