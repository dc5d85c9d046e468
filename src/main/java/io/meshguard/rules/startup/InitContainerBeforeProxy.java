package io.meshguard.rules.startup;

import io.meshguard.istio.Injection;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MutualTls;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.istio.ServiceWorkloads;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.process.CommandLine;
import io.meshguard.process.Commands;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An init container that calls others although it runs before its classic sidecar (istio
 * pkg/kube/inject/webhook.go {@code reorderPod} @1.30.3): with Istio CNI everything is redirected
 * already and nobody listens; without it the call goes out in plaintext.
 */
public final class InitContainerBeforeProxy implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("init-container-before-proxy")
          .subjects(Workload.KINDS)
          .reads(Injection.READS)
          .reads(NativeSidecars.READS)
          .reads(CommandLine.READS)
          .reads(MutualTls.READS)
          .reads(ServiceWorkloads.READS)
          .reads(Kind.SERVICE)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.SIDECAR_NOT_READY)
          .symptoms(Symptom.NO_ANSWER, Symptom.NO_CHAIN)
          .build();

  private static final long PROXY = 1337;

  /** Init containers that know how to reach the network before a sidecar. */
  private static final Set<String> KNOWING =
      Set.of("storage-initializer", "vault-agent-init", "istio-init", "istio-validation");

  private static final String OPENSHIFT_RANGE = "openshift.io/sa.scc.uid-range";

  private static final List<String> REDIRECTION =
      List.of(
          "sidecar.istio.io/interceptionMode",
          "traffic.sidecar.istio.io/includeOutboundIPRanges",
          "traffic.sidecar.istio.io/includeOutboundPorts",
          "traffic.sidecar.istio.io/excludeOutboundIPRanges",
          "traffic.sidecar.istio.io/excludeOutboundPorts");

  /** The same for all Pods, among the Helm values of a proxy. */
  private static final List<String> REDIRECTION_OF_ALL =
      List.of("excludeIPRanges", "includeOutboundPorts", "excludeOutboundPorts");

  private static final String EXCLUDED_INBOUND = "traffic.sidecar.istio.io/excludeInboundPorts";
  private static final String INCLUDED_INBOUND = "traffic.sidecar.istio.io/includeInboundPorts";

  private static final long MOST_STEPS = 20_000;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject)
        .filter(workload -> !workload.hasSidecar() && !workload.isGateway())
        .filter(workload -> workload.template().spec().at("initContainers").isNonEmpty())
        .ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    Injection.Decision decision = injection.decide(workload);
    if (!decision.expected()
        || injection.ambient(workload)
        || new NativeSidecars(mesh).classic(workload.template(), injection.versions(decision))
            != Applicability.EVERYWHERE) {
      return;
    }
    Commands commands = new Commands(workload, mesh);
    Judge judge = new Judge(workload, mesh, injection, new WorkBudget(MOST_STEPS));
    for (Cursor container : report.judged(workload.template().spec().at("initContainers").each())) {
      if (!passesProxy(container, workload, mesh)) {
        commands
            .of(container)
            .ifPresentOrElse(lines -> judge.report(container, lines, report), report::cutShort);
      }
    }
  }

  /** Returns whether what a container sends may be left alone, so that it was thought of. */
  private static boolean passesProxy(Cursor container, Workload workload, Mesh mesh) {
    Cursor user = effective("runAsUser", container, workload);
    boolean openShift =
        user.isPresent()
            && mesh.find(Kind.NAMESPACE, "", workload.namespace())
                .found()
                .filter(namespace -> namespace.annotation(OPENSHIFT_RANGE).isPresent())
                .isPresent();
    return openShift
        || user.integer().orElse(0) == PROXY
        || effective("runAsGroup", container, workload).integer().orElse(0) == PROXY
        || KNOWING.contains(container.at("name").text(""));
  }

  private static Cursor effective(String field, Cursor container, Workload workload) {
    Cursor own = container.at("securityContext", field);
    return own.isPresent() ? own : workload.template().spec().at("securityContext", field);
  }

  /** What holds for all init containers of a workload. */
  private record Judge(Workload workload, Mesh mesh, Injection injection, WorkBudget budget) {

    /** Reports the first call of a container that fails; there is no second. */
    void report(Cursor container, List<CommandLine> lines, Report report) {
      for (CommandLine line : lines) {
        Optional<NetworkCall> call = NetworkCall.of(line);
        Optional<String> key = call.flatMap(this::key);
        if (budget.isOver()) {
          report.cutShort();
          return;
        }
        if (call.isPresent() && key.isPresent()) {
          String name = container.at("name").text("");
          Report.Draft draft =
              report.say(call.get().at(), key.get(), name, call.get().host()).names(name);
          if (key.get().equals("hold")) {
            draft.harmless();
          }
          draft.advice("advice");
          return;
        }
      }
    }

    private Optional<String> key(NetworkCall call) {
      if (redirectsEarly()) {
        return Optional.of("redirected");
      }
      Optional<Resource> service = service(call.host());
      if (call.speaks() && service.filter(this::isStrict).isPresent()) {
        return Optional.of("plaintext");
      }
      boolean inside = service.isPresent() || call.host().indexOf('.') < 0;
      return inside && holds() ? Optional.of("hold") : Optional.empty();
    }

    private boolean redirectsEarly() {
      IstiodSettings settings = new IstiodSettings(mesh);
      return settings.usesCni()
          && REDIRECTION.stream().noneMatch(key -> workload.template().annotation(key).isPresent())
          && settings.proxyValues().stream().noneMatch(Judge::redirectsLess);
    }

    private static boolean redirectsLess(Cursor proxy) {
      Cursor ranges = proxy.at("includeIPRanges");
      return (ranges.isPresent() && !ranges.is("*"))
          || REDIRECTION_OF_ALL.stream().anyMatch(key -> !proxy.at(key).text("").isEmpty());
    }

    private boolean holds() {
      Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
      return ProxyConfigText.of(annotation.text("")).field(ProxyConfigs.HOLD).isTrue();
    }

    /** Returns the Service that a name leads to, as the resolver of a Pod has it. */
    private Optional<Resource> service(String host) {
      String[] labels = host.split("\\.", -1);
      boolean may = labels.length <= 2 || labels[2].equals("svc");
      String namespace = labels.length > 1 ? labels[1] : workload.namespace();
      return may ? mesh.find(Kind.SERVICE, namespace, labels[0]).found() : Optional.empty();
    }

    /**
     * Returns whether all Pods of a Service that are seen have a sidecar that refuses plaintext.
     */
    private boolean isStrict(Resource service) {
      List<Workload> servers = ServiceWorkloads.of(service, mesh);
      int policies = mesh.list(Kind.PEER_AUTHENTICATION, service.namespace()).items().size();
      return !servers.isEmpty()
          && budget.take((long) servers.size() * (1 + policies))
          && servers.stream().allMatch(this::refusesPlaintext);
    }

    private boolean refusesPlaintext(Workload server) {
      boolean whole =
          !server.template().annotation(EXCLUDED_INBOUND).isPresent()
              && !server.template().annotation(INCLUDED_INBOUND).isPresent()
              && !server.template().annotation(REDIRECTION.get(0)).isPresent();
      return whole
          && !server.isGateway()
          && (server.hasSidecar() || injection.decide(server).expected())
          && MutualTls.isStrict(server, mesh);
    }
  }
}
