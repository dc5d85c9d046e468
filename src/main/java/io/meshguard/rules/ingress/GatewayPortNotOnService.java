package io.meshguard.rules.ingress;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A Gateway listens on a port that no Service before its Pods leads to. A server's number may be a
 * port of the Service, which istiod translates, or a target port (istio pilot/pkg/model/gateway.go,
 * {@code resolvePorts} @1.30.3).
 */
public final class GatewayPortNotOnService implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("gateway-port-not-on-service")
          .subjects(Kind.GATEWAY)
          .reads(Kind.SERVICE, Kind.DEPLOYMENT, Kind.DAEMON_SET)
          .faq(FaqEntry.PUBLIC_INGRESS)
          .symptoms(Symptom.NO_ANSWER)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Collection<Resource> services = Fronting.services(subject, mesh);
    Set<Long> open = new HashSet<>();
    for (Resource service : services) {
      if (!collectPorts(service, open)) {
        return;
      }
    }
    if (services.isEmpty() || !arePublic(services, mesh)) {
      return;
    }
    if (closed(subject, open).isEmpty()) {
      return;
    }
    Set<Resource> all = new LinkedHashSet<>(services);
    for (Resource service : Fronting.servicesOfPods(subject, mesh)) {
      if (!collectPorts(service, open)) {
        return;
      }
      all.add(service);
    }
    List<Cursor> closed = closed(subject, open);
    if (closed.isEmpty()
        || Fronting.areOnNodes(Fronting.selector(subject.at("spec", "selector")), mesh)) {
      return;
    }
    Resource first = services.iterator().next();
    boolean named = all.size() == 1 && first.ref().namespace().equals(subject.ref().namespace());
    for (Cursor number : closed) {
      String text = Long.toString(number.integer().orElseThrow());
      if (named) {
        report.say(number, "found", text, first.name());
      } else {
        report.say(number, "found-unnamed", text);
      }
    }
  }

  /**
   * One that is only for inside, or for one more port of the nodes, may stand beside the public
   * one, which is not known then.
   */
  private static boolean arePublic(Collection<Resource> services, Mesh mesh) {
    return mesh.list(Kind.SERVICE).complete()
        || services.stream()
            .map(service -> service.at("spec"))
            .anyMatch(
                spec -> spec.at("type").is("LoadBalancer") || spec.at("externalIPs").isPresent());
  }

  /** Returns the numbers of servers that no Service leads to. */
  private static List<Cursor> closed(Resource gateway, Set<Long> open) {
    List<Cursor> closed = new ArrayList<>();
    for (Cursor server : gateway.at("spec", "servers").each()) {
      Cursor number = server.at("port", "number");
      OptionalLong port = number.integer();
      boolean elsewhere =
          server.at("bind").isPresent() || server.at("port", "targetPort").isPresent();
      if (port.isPresent() && !elsewhere && !open.contains(port.getAsLong())) {
        closed.add(number);
      }
    }
    return closed;
  }

  /** Returns false where a port cannot be known: its target is the name of a container port. */
  private static boolean collectPorts(Resource service, Set<Long> open) {
    if (service.at("spec", "type").is("ExternalName")) {
      return false;
    }
    for (Cursor port : service.at("spec", "ports").each()) {
      Cursor target = port.at("targetPort");
      if (target.isPresent() && target.integer().isEmpty()) {
        return false;
      }
      port.at("port").integer().ifPresent(open::add);
      target.integer().ifPresent(open::add);
    }
    return true;
  }
}
