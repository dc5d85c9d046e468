package io.meshguard.rules.routing;

import io.meshguard.istio.Gateways;
import io.meshguard.istio.Gateways.Reference;
import io.meshguard.istio.VirtualServices;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A VirtualService that names a Gateway which does not exist, or matches on one that it is not
 * bound to; and source conditions that a match with gateways leaves out of account (istio
 * pilot/pkg/networking/core/route/route.go {@code sourceMatchHTTP} @1.30.3).
 */
public final class UnknownGateway implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("unknown-gateway")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(Gateways.READS)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_ROUTE)
          .build();

  private static final VersionRange RENAMED = VersionRange.from("1.28");
  private static final Reference SIDECARS = new Reference("", VirtualServices.MESH);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Set<Reference> bound = new HashSet<>();
    for (Cursor gateway : subject.at("spec", "gateways").each()) {
      Optional<Reference> reference = reference(gateway, subject);
      reference.ifPresent(bound::add);
      checkExists(gateway, reference, mesh, report);
    }
    if (bound.isEmpty()) {
      bound.add(SIDECARS);
    }
    boolean delegate = VirtualServices.isDelegate(subject);
    for (String protocol : List.of("http", "tls", "tcp")) {
      for (Cursor route : subject.at("spec", protocol).each()) {
        for (Cursor match : route.at("match").each()) {
          for (Cursor gateway : match.at("gateways").each()) {
            Optional<Reference> reference = reference(gateway, subject);
            if (delegate || reference.filter(bound::contains).isPresent()) {
              continue;
            }
            if (gateway.text().isPresent()) {
              report.say(gateway, "unbound", gateway.text(""));
            }
          }
          if (protocol.equals("http") && match.at("gateways").isNonEmpty()) {
            checkSources(match, report);
          }
        }
      }
    }
  }

  private static void checkExists(
      Cursor gateway, Optional<Reference> reference, Mesh mesh, Report report) {
    String written = gateway.text("");
    if (written.isEmpty() || reference.filter(SIDECARS::equals).isPresent()) {
      return;
    }
    if (reference.isEmpty()) {
      report.say(gateway, "refused", written);
    } else if (Gateways.find(reference.get(), mesh).isAbsent()) {
      absent(gateway, reference.get(), mesh, report);
    } else if (mesh.find(Kind.GATEWAY, reference.get().namespace(), reference.get().name())
        .isAbsent()) {
      Gateways.made(reference.get()).ifPresent(made -> madeSomewhere(gateway, made, mesh, report));
    }
  }

  private static void absent(Cursor gateway, Reference reference, Mesh mesh, Report report) {
    boolean renamed =
        Gateways.made(reference).filter(made -> !made.unspeakable()).isPresent()
            && mesh.facts().istio().in(RENAMED) == Applicability.EVERYWHERE;
    boolean other =
        mesh.find(Kind.GATEWAY_API_GATEWAY, reference.namespace(), reference.name())
            .found()
            .isPresent();
    String key = renamed ? "renamed" : other ? "gateway-api" : "absent";
    report.say(gateway, key, reference.namespace(), reference.name());
  }

  /** It works in one version of the mesh and not in another. */
  private static void madeSomewhere(Cursor gateway, Gateways.Made made, Mesh mesh, Report report) {
    Applicability renamed = mesh.facts().istio().in(RENAMED);
    if (!made.unspeakable() && renamed == Applicability.SOMEWHERE) {
      report.say(gateway, "renamed", made.namespace(), gateway.text("")).holds(renamed);
    }
  }

  private static void checkSources(Cursor match, Report report) {
    for (String field : List.of("sourceLabels", "sourceNamespace")) {
      Cursor source = match.at(field);
      if (source.isNonEmpty() || !source.text("").isEmpty()) {
        report.say(source, "ignored", Message.verbatim(field));
      }
    }
  }

  private static Optional<Reference> reference(Cursor gateway, Resource subject) {
    return gateway.is(VirtualServices.MESH)
        ? Optional.of(SIDECARS)
        : gateway.text().flatMap(written -> Gateways.reference(written, subject.namespace()));
  }
}
