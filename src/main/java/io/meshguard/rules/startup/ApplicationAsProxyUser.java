package io.meshguard.rules.startup;

import io.meshguard.istio.Injection;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An application with the user or group of its sidecar: what these send is not redirected to the
 * sidecar (istio tools/istio-iptables/pkg/capture/run.go @1.30.3).
 */
public final class ApplicationAsProxyUser implements Rule {

  private static final long PROXY = 1337;

  private static final RuleInfo INFO =
      RuleInfo.rule("application-as-proxy-user")
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .reads(NativeSidecars.READS)
          .reads(MeshConfig.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.INJECTION, FaqEntry.SIDECAR_NOT_READY)
          .symptoms(Symptom.NO_CHAIN)
          .hides(Symptom.TIMEOUT, Symptom.of(503, "fault_filter_abort", ResponseFlag.FI))
          .build();

  /** Containers that Istio makes. */
  private static final Set<String> OF_ISTIO =
      Set.of("istio-proxy", "istio-init", "istio-validation", "enable-core-dump");

  /** OpenShift gives the proxy a user out of a range of the namespace. */
  private static final String OPENSHIFT_RANGE = "openshift.io/sa.scc.uid-range";

  private static final String MODE = "sidecar.istio.io/interceptionMode";

  /** Annotations that leave some or all outgoing calls alone. */
  private static final List<String> NARROWER =
      List.of(
          "traffic.sidecar.istio.io/includeOutboundIPRanges",
          "traffic.sidecar.istio.io/excludeOutboundIPRanges");

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject)
        .filter(workload -> !workload.isGateway())
        .ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    List<Cursor> containers = new ArrayList<>(workload.template().containers());
    List<Cursor> first = workload.template().spec().at("initContainers").each();
    if (!anyAsProxy(containers, workload) && !anyAsProxy(first, workload)) {
      return;
    }
    Injection injection = new Injection(mesh);
    Injection.Decision decision = injection.decide(workload);
    boolean sidecar = workload.hasSidecar() || decision.expected();
    if (!sidecar
        || injection.ambient(workload)
        || mesh.facts().rootNamespaces().contains(workload.namespace())
        || isOnOpenShift(workload, mesh)
        || mayLeaveCallsAlone(workload, decision, mesh)) {
      return;
    }
    // Before a classic sidecar there is nothing to pass by, and this is a known way out.
    boolean isNative =
        first.stream().anyMatch(c -> c.at("name").is("istio-proxy"))
            || (!workload.hasSidecar()
                && new NativeSidecars(mesh)
                        .classic(workload.template(), injection.versions(decision))
                    == Applicability.NOWHERE);
    if (isNative) {
      containers.addAll(first);
    }
    for (Cursor container : report.judged(containers)) {
      asProxy(container, workload)
          .ifPresent(
              found ->
                  report
                      .say(found.at(), found.key(), container.at("name").text(""))
                      .names(container.at("name").text(""))
                      .advice("advice"));
    }
  }

  private static boolean anyAsProxy(List<Cursor> containers, Workload workload) {
    return containers.stream().anyMatch(container -> asProxy(container, workload).isPresent());
  }

  /** What makes a container pass its sidecar by, and the key of its message. */
  private record Found(Cursor at, String key) {}

  private static Optional<Found> asProxy(Cursor container, Workload workload) {
    if (OF_ISTIO.contains(container.at("name").text(""))) {
      return Optional.empty();
    }
    Cursor user = effective("runAsUser", container, workload);
    if (isProxy(user)) {
      return Optional.of(new Found(user, "user"));
    }
    Cursor group = effective("runAsGroup", container, workload);
    return isProxy(group) ? Optional.of(new Found(group, "group")) : Optional.empty();
  }

  /** Returns what counts: the container's own setting before that of the Pod. */
  private static Cursor effective(String field, Cursor container, Workload workload) {
    Cursor own = container.at("securityContext", field);
    return own.isPresent() ? own : workload.template().spec().at("securityContext", field);
  }

  private static boolean isProxy(Cursor id) {
    return id.integer().orElse(0) == PROXY;
  }

  private static boolean isOnOpenShift(Workload workload, Mesh mesh) {
    return mesh.find(Kind.NAMESPACE, "", workload.namespace())
        .found()
        .filter(namespace -> namespace.annotation(OPENSHIFT_RANGE).isPresent())
        .isPresent();
  }

  private static boolean mayLeaveCallsAlone(
      Workload workload, Injection.Decision decision, Mesh mesh) {
    Cursor own = workload.template().annotation(MODE);
    if (own.isPresent()) {
      return own.is("NONE");
    }
    Cursor text = workload.template().annotation(ProxyConfigText.ANNOTATION);
    ProxyConfigText written = ProxyConfigText.of(text.text(""));
    return NARROWER.stream().anyMatch(key -> workload.template().annotation(key).isPresent())
        || written.isTooLarge()
        || written.field("interceptionMode").is("NONE")
        || new ProxyConfigs(mesh)
            .defaultConfigs(decision.revision()).stream()
                .anyMatch(c -> ProxyConfigText.field(c, "interceptionMode").is("NONE"));
  }
}
