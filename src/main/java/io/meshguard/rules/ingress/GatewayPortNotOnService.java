package io.meshguard.rules.ingress;

import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.Collection;
import java.util.HashSet;
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
          .reads(Kind.SERVICE)
          .faq(FaqEntry.PUBLIC_INGRESS)
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
    if (services.isEmpty()) {
      return;
    }
    Resource first = services.iterator().next();
    boolean named =
        services.size() == 1 && first.ref().namespace().equals(subject.ref().namespace());
    for (Cursor server : subject.at("spec", "servers").each()) {
      Cursor number = server.at("port", "number");
      OptionalLong port = number.integer();
      boolean elsewhere =
          server.at("bind").isPresent() || server.at("port", "targetPort").isPresent();
      if (port.isEmpty() || elsewhere || open.contains(port.getAsLong())) {
        continue;
      }
      String text = Long.toString(port.getAsLong());
      if (named) {
        report.say(number, "found", text, first.name());
      } else {
        report.say(number, "found-unnamed", text);
      }
    }
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
