package io.meshguard.rules.ingress;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts.Platform;
import io.meshguard.mesh.TkeServiceController;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A public ingress gateway on TKE that is reached through NodePorts, which the security group of
 * the nodes must open to clients, or whose settings for direct access contradict each other
 * (cloud.tencent.com/document/product/457/51258, Service annotations).
 */
public final class IngressBehindNodePort implements Rule {

  private static final String NETWORK = "network";
  private static final String VPC_CNI = "vpc-cni";
  private static final String GLOBAL_ROUTER = "global-router";
  private static final String CILIUM_OVERLAY = "cilium-overlay";

  private static final RuleInfo INFO =
      RuleInfo.rule("ingress-behind-node-port")
          .subjects(Kind.SERVICE)
          .reads(Kind.GATEWAY, Kind.DEPLOYMENT, Kind.DAEMON_SET, Kind.CONFIG_MAP)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.PUBLIC_INGRESS)
          .symptoms(Symptom.NO_ANSWER)
          .parameter(Parameter.word(NETWORK, VPC_CNI, GLOBAL_ROUTER, CILIUM_OVERLAY))
          .build();

  private static final String DIRECT_ACCESS = "service.cloud.tencent.com/direct-access";
  private static final String PASS_TO_TARGET = "service.cloud.tencent.com/pass-to-target";
  private static final String INTERNAL =
      "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid";
  private static final String EXISTING = "service.kubernetes.io/tke-existed-lbid";
  private static final String SOURCE_RANGES =
      "service.beta.kubernetes.io/load-balancer-source-ranges";
  private static final List<String> TKE =
      List.of(
          "service.cloud.tencent.com/",
          "tke.cloud.tencent.com/",
          "service.kubernetes.io/tke-",
          "service.kubernetes.io/qcloud-",
          "service.kubernetes.io/loadbalance-id");

  /** Annotation of a Pod that asks for VPC-CNI in a cluster with GlobalRouter. */
  private static final String NETWORKS = "tke.cloud.tencent.com/networks";

  private static final int MOST_SHOWN = 8;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    boolean balanced =
        subject.at("spec", "type").is("LoadBalancer")
            && !subject.at("spec", "loadBalancerClass").isPresent();
    if (!isOnTke(subject, mesh) || !balanced || !IngressServices.isIngress(subject, mesh)) {
      return;
    }
    Cursor direct = annotation(subject, DIRECT_ACCESS);
    boolean passes = annotation(subject, PASS_TO_TARGET).is("true");
    boolean existing = annotation(subject, EXISTING).isPresent();
    if (passes && existing) {
      report.say(annotation(subject, PASS_TO_TARGET), "pass-to-target");
    }
    if (direct.is("true")) {
      sourceRanges(subject).ifPresent(ranges -> report.say(ranges, "source-ranges"));
      checkNetwork(direct, subject, mesh, report);
    } else if (direct.node().isBoolean()) {
      Report.Draft draft = report.say(direct, "boolean", direct.node().asText());
      if (direct.isTrue()) {
        offer(draft, subject, mesh, report);
      }
    } else if (direct.isPresent() && !direct.is("false")) {
      offer(report.say(direct, "not-true", direct.node().asText()), subject, mesh, report);
    } else {
      checkNodePorts(subject, passes || existing, mesh, report);
    }
  }

  /** Where nobody says what the cluster runs on, annotations that only TKE reads say it. */
  private static boolean isOnTke(Resource subject, Mesh mesh) {
    Platform platform = mesh.facts().platform();
    boolean annotated =
        subject.at("metadata", "annotations").fields().stream()
            .anyMatch(annotation -> TKE.stream().anyMatch(annotation.name()::startsWith));
    return platform == Platform.TKE || (platform == Platform.UNKNOWN && annotated);
  }

  private static Optional<Cursor> sourceRanges(Resource subject) {
    Cursor ranges = subject.at("spec", "loadBalancerSourceRanges");
    return ranges.isNonEmpty()
        ? Optional.of(ranges)
        : Optional.of(annotation(subject, SOURCE_RANGES)).filter(Cursor::isPresent);
  }

  private static void checkNodePorts(Resource subject, boolean otherWay, Mesh mesh, Report report) {
    Cursor allocate = subject.at("spec", "allocateLoadBalancerNodePorts");
    if (allocate.bool().filter(b -> !b).isPresent()) {
      offer(report.say(allocate, "no-ports"), subject, mesh, report);
      return;
    }
    Ternary byDefault = new TkeServiceController(mesh).directByDefault();
    if (otherWay || annotation(subject, INTERNAL).isPresent() || byDefault == Ternary.TRUE) {
      return;
    }
    String unless = byDefault == Ternary.FALSE ? "" : "-unless";
    List<String> ports =
        subject.at("spec", "ports").each().stream()
            .flatMapToLong(port -> port.at("nodePort").integer().stream())
            .filter(port -> port > 0)
            .limit(MOST_SHOWN)
            .mapToObj(Long::toString)
            .toList();
    Cursor type = subject.at("spec", "type");
    if (ports.isEmpty()) {
      offer(report.say(type, "found-range" + unless), subject, mesh, report);
    } else {
      String shown = String.join(", ", ports);
      offer(report.say(type, "found" + unless, Message.verbatim(shown)), subject, mesh, report);
    }
  }

  /** No object tells which network a cluster has, so only where the policy says it. */
  private static void checkNetwork(Cursor direct, Resource subject, Mesh mesh, Report report) {
    String network = report.parameters().word(NETWORK).orElse("");
    if (network.equals(CILIUM_OVERLAY)) {
      report.say(direct, "cilium-overlay");
    } else if (network.equals(GLOBAL_ROUTER)
        && new TkeServiceController(mesh).directOnGlobalRouter() == Ternary.FALSE
        && pods(subject, mesh).noneMatch(pod -> pod.annotation(NETWORKS).isPresent())) {
      report.say(direct, "global-router");
    }
  }

  /** Returns whether the network of the cluster may let a load balancer reach Pods. */
  private static boolean mayBeDirect(Mesh mesh, Report report) {
    return switch (report.parameters().word(NETWORK).orElse("")) {
      case CILIUM_OVERLAY -> false;
      case GLOBAL_ROUTER -> new TkeServiceController(mesh).directOnGlobalRouter() != Ternary.FALSE;
      default -> true;
    };
  }

  /**
   * What a gateway controller writes is overwritten by it, direct access reaches no Pods with
   * hostNetwork, not all networks have it, and it lets in addresses that source ranges keep out:
   * nothing is offered there.
   */
  private static void offer(Report.Draft draft, Resource subject, Mesh mesh, Report report) {
    if (!mayBeDirect(mesh, report)
        || IngressServices.isManaged(subject)
        || !subject.at("metadata").isObject()
        || sourceRanges(subject).isPresent()
        || pods(subject, mesh).anyMatch(PodTemplate::hostNetwork)) {
      return;
    }
    Cursor annotations = subject.at("metadata", "annotations");
    List<PatchOp> ops = new ArrayList<>();
    if (!annotations.isObject()) {
      ops.add(new PatchOp.Add(annotations.pointer(), JsonNodeFactory.instance.objectNode()));
    }
    ops.add(
        new PatchOp.Add(
            annotations.at(DIRECT_ACCESS).pointer(), JsonNodeFactory.instance.textNode("true")));
    draft.fix(Safety.UNSAFE, "fix", ops);
  }

  private static Stream<PodTemplate> pods(Resource service, Mesh mesh) {
    Map<String, String> selector = Fronting.selector(service.at("spec", "selector"));
    return Fronting.pods(selector, service.namespace(), mesh);
  }

  private static Cursor annotation(Resource subject, String key) {
    return subject.at("metadata", "annotations", key);
  }
}
