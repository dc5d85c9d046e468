package io.meshguard.rules.filter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Protocol;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.ServiceWorkloads;
import io.meshguard.mesh.Index;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.WorkBudget;
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
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Protocol options that make clusters speak HTTP/1.1, among them some for HTTP/2: what is explicit
 * takes the place of what istiod chose for the port (envoy
 * api/envoy/extensions/upstreams/http/v3/http_protocol_options.proto).
 */
public final class ForcedHttp1Upstream implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("forced-http1-upstream")
          .subjects(Kind.ENVOY_FILTER)
          .reads(Registry.READS)
          .reads(ServiceWorkloads.READS)
          .reads(Injection.READS)
          .fixes(Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.HEADER_CASE)
          .symptoms(Symptom.of(502, "", ResponseFlag.UPE), Symptom.of(503, "", ResponseFlag.UC))
          .build();

  private static final String OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  /** Services and ServiceEntries that are looked at for all patches together. */
  private static final int MOST_LOOKED_AT = 20_000;

  private static final String EVERYWHERE = "*";

  /** What is registered with a port for HTTP/2, by namespace and all together. */
  private static final List<Index> HTTP2 =
      List.of(
          new Index("services-with-http2", Kind.SERVICE, ForcedHttp1Upstream::keys),
          new Index("service-entries-with-http2", Kind.SERVICE_ENTRY, ForcedHttp1Upstream::keys));

  /** An object and its port for HTTP/2. */
  private record Target(Resource object, int port) {}

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    WorkBudget budget = new WorkBudget(MOST_LOOKED_AT);
    for (EnvoyPatch patch : EnvoyPatch.of(subject)) {
      if (!patch.applyTo().equals("CLUSTER") || !Operations.isMerge(patch)) {
        continue;
      }
      Cursor options =
          EnvoyPatch.field(patch.value(), "typed_extension_protocol_options").at(OPTIONS);
      Cursor explicit = EnvoyPatch.field(options, "explicit_http_config");
      if (!EnvoyPatch.field(explicit, "http_protocol_options").isPresent()) {
        continue;
      }
      Optional<Target> target = target(subject, patch, mesh, budget);
      if (target.isPresent()) {
        report(explicit, options, target.get(), patch, subject, report);
      }
    }
    if (budget.isOver()) {
      report.cutShort();
    }
  }

  private static void report(
      Cursor explicit,
      Cursor options,
      Target target,
      EnvoyPatch patch,
      Resource subject,
      Report report) {
    Resource object = target.object();
    boolean near = object.namespace().equals(subject.namespace());
    // The way down to the options is longer than a warning may be.
    Report.Draft draft =
        report
            .say(
                patch.value(),
                near ? "found" : "elsewhere",
                object.kind().name(),
                object.name(),
                Integer.toString(target.port()))
            .names(explicit)
            .names(object.namespace() + "/" + object.name());
    boolean snake = !options.at("explicit_http_config").isMissing();
    String downstream = snake ? "use_downstream_protocol_config" : "useDownstreamProtocolConfig";
    String http2 = snake ? "http2_protocol_options" : "http2ProtocolOptions";
    boolean alone =
        EnvoyPatch.field(options, "use_downstream_protocol_config").isMissing()
            && EnvoyPatch.field(explicit, "http2_protocol_options").isMissing();
    if (!alone) {
      draft.advice("limit");
      return;
    }
    draft.fix(
        Safety.UNSAFE,
        "follow",
        List.of(
            new PatchOp.Move(explicit.pointer(), options.at(downstream).pointer()),
            new PatchOp.Add(
                options.at(downstream, http2).pointer(), JsonNodeFactory.instance.objectNode())));
  }

  /** Returns one of the HTTP/2 ports whose clusters a patch changes; empty where none is seen. */
  private static Optional<Target> target(
      Resource subject, EnvoyPatch patch, Mesh mesh, WorkBudget budget) {
    boolean root = mesh.facts().rootNamespaces().contains(subject.namespace());
    String key = root ? EVERYWHERE : subject.namespace();
    Versions istio = mesh.facts().istio();
    Registry registry = new Registry(mesh);
    for (Index index : HTTP2) {
      for (Resource object : mesh.list(index, key).items()) {
        if (!budget.take(1)) {
          return Optional.empty();
        }
        // Where it is exported to may be nobody.
        if (object.at("metadata", "annotations", "networking.istio.io/exportTo").isPresent()) {
          continue;
        }
        for (ServicePort port : ServicePort.of(object, istio)) {
          if (port.protocol() == Protocol.HTTP2
              && matches(patch, object, port, registry)
              && reaches(subject, patch, object, mesh)) {
            return Optional.of(new Target(object, port.number()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Returns whether the match of a patch lets the clusters of a port through. */
  private static boolean matches(
      EnvoyPatch patch, Resource object, ServicePort port, Registry registry) {
    Cursor match = patch.at().at("match", "cluster");
    if (!match.isNonEmpty()) {
      return !patch.at().at("match", "proxy").isNonEmpty();
    }
    boolean inbound = patch.at().at("match", "context").is("SIDECAR_INBOUND");
    if (inbound || match.at("subset").isPresent() || patch.at().at("match", "proxy").isNonEmpty()) {
      return false;
    }
    boolean entry = object.kind().equals(Kind.SERVICE_ENTRY);
    String host = entry ? object.at("spec", "hosts").at(0).text("") : registry.fullName(object);
    String name = match.at("name").text("");
    if (!name.isEmpty()) {
      return name.equals("outbound|" + port.number() + "||" + host);
    }
    String service = match.at("service").text("");
    long number = match.at("portNumber").integer().orElse(port.number());
    return number == port.number() && (service.isEmpty() || service.equals(host));
  }

  /** Returns whether there surely are proxies with such a cluster that get the patch. */
  private static boolean reaches(Resource subject, EnvoyPatch patch, Resource object, Mesh mesh) {
    Cursor selector = subject.at("spec", "workloadSelector", "labels");
    if (subject.at("spec", "targetRefs").isNonEmpty()) {
      return false;
    }
    return switch (patch.at().at("match", "context").text("ANY")) {
      case "SIDECAR_INBOUND" ->
          object.kind().equals(Kind.SERVICE)
              && ServiceWorkloads.of(object, mesh).stream()
                  .anyMatch(workload -> isSelected(workload, selector, mesh));
      case "SIDECAR_OUTBOUND", "ANY" -> true;
      // Whether there are gateways, and which clusters they have, is not known.
      default -> false;
    };
  }

  private static boolean isSelected(Workload workload, Cursor selector, Mesh mesh) {
    Map<String, String> wanted = LabelSelector.labels(selector);
    return workload.labels().entrySet().containsAll(wanted.entrySet())
        && !workload.isGateway()
        && new Injection(mesh).decide(workload).expected();
  }

  private static Set<String> keys(Resource object) {
    boolean http2 =
        ServicePort.of(object, Versions.UNKNOWN).stream()
            .anyMatch(port -> port.protocol() == Protocol.HTTP2);
    return http2 ? Set.of(object.namespace(), EVERYWHERE) : Set.of();
  }
}
