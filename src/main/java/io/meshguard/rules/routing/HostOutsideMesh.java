package io.meshguard.rules.routing;

import io.meshguard.istio.HostName;
import io.meshguard.istio.Registry;
import io.meshguard.istio.VirtualServices;
import io.meshguard.logic.Ternary;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A VirtualService for the sidecars whose hosts are not in the registry: only on port 80 are its
 * routes used all the same (istio pilot/pkg/networking/core/route/route.go @1.30.3). A name with a
 * dot is never completed, so {@code reviews.prod} is no Service; beside the full name it may stand
 * for callers that use it. The host {@code *} is refused (istio
 * pkg/config/validation/virtualservice.go @1.30.3).
 */
public final class HostOutsideMesh implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("host-outside-mesh")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Registry.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (!VirtualServices.boundToMesh(subject)) {
      return;
    }
    Registry registry = new Registry(mesh);
    String domain = mesh.facts().clusterDomain();
    List<Cursor> outside = new ArrayList<>();
    List<Cursor> hosts = VirtualServices.hosts(subject);
    Set<String> names = new HashSet<>();
    hosts.forEach(host -> names.add(fullName(host, subject, domain)));
    for (Cursor host : hosts) {
      if (host.is("*")) {
        report.say(host, "any");
        continue;
      }
      String name = fullName(host, subject, domain);
      Optional<String> meant = meantService(name, registry, domain);
      if (meant.isPresent()) {
        if (!names.contains(meant.get())) {
          report.say(host, "incomplete", meant.get());
        }
      } else if (!HostName.isAddress(name) && registry.contains(name) == Ternary.FALSE) {
        outside.add(host);
      }
    }
    if (outside.size() == hosts.size()) {
      outside.forEach(host -> report.say(host, "outside"));
    }
  }

  private static String fullName(Cursor host, Resource subject, String domain) {
    return HostName.resolve(host.text(""), subject.namespace(), domain);
  }

  /** Returns the full name of the Service that a name of the form {@code name.namespace} means. */
  private static Optional<String> meantService(String name, Registry registry, String domain) {
    if (domain.isEmpty()) {
      return Optional.empty();
    }
    String head = name.endsWith(".svc") ? name.substring(0, name.length() - ".svc".length()) : name;
    String fullName = head + ".svc." + domain;
    boolean meant =
        registry.service(fullName).found().isPresent() && registry.contains(name) != Ternary.TRUE;
    return meant ? Optional.of(fullName) : Optional.empty();
  }
}
