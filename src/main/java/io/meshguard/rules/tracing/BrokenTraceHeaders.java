package io.meshguard.rules.tracing;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.Injection;
import io.meshguard.istio.MeshConfig;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;

/**
 * Configuration that takes away or overwrites the headers by which a trace is carried on, or
 * switches off what makes or reports them (istio.io/latest/docs/tasks/observability/
 * distributed-tracing/overview).
 */
public final class BrokenTraceHeaders implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("broken-trace-headers")
          .subjects(Kind.VIRTUAL_SERVICE, Kind.HTTP_ROUTE, Kind.ENVOY_FILTER, Kind.TELEMETRY)
          .subjects(PodTemplate.WORKLOADS)
          .reads(Kind.GATEWAY)
          .reads(Injection.READS)
          .reads(MeshConfig.READS)
          .fixes(Safety.MANUAL)
          .faq(FaqEntry.TRACING)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.VIRTUAL_SERVICE)) {
      checkVirtualService(subject, mesh, report);
    } else if (subject.kind().equals(Kind.HTTP_ROUTE)) {
      checkHttpRoute(subject, report);
    } else if (subject.kind().equals(Kind.TELEMETRY)) {
      TelemetryTracing.check(subject, mesh, report);
    } else if (PodTemplate.WORKLOADS.contains(subject.kind())) {
      Workload.of(subject).ifPresent(workload -> RequestIds.check(workload, mesh, report));
    } else if (!Egress.selects(subject.at("spec", "workloadSelector", "labels"))) {
      EnvoyPatch.of(subject).forEach(patch -> checkPatch(patch, report));
    }
  }

  private static void checkVirtualService(Resource subject, Mesh mesh, Report report) {
    if (Egress.only(subject, mesh)) {
      return;
    }
    for (Cursor route : subject.at("spec", "http").each()) {
      if (Egress.only(route, subject, mesh)) {
        continue;
      }
      checkOperations(route.at("headers", "request"), report);
      for (Cursor destination : route.at("route").each()) {
        checkOperations(destination.at("headers", "request"), report);
      }
    }
  }

  private static void checkOperations(Cursor request, Report report) {
    request.at("remove").each().forEach(name -> checkRemoved(name, report));
    for (Cursor.Field set : request.at("set").fields()) {
      checkSet(set.value(), set.name(), set.value().text(""), report);
    }
  }

  private static void checkHttpRoute(Resource subject, Report report) {
    if (Egress.allParents(subject)) {
      return;
    }
    for (Cursor rule : subject.at("spec", "rules").each()) {
      checkFilters(rule.at("filters"), report);
      for (Cursor backend : rule.at("backendRefs").each()) {
        checkFilters(backend.at("filters"), report);
      }
    }
  }

  private static void checkFilters(Cursor filters, Report report) {
    for (Cursor filter : filters.each()) {
      Cursor modifier = filter.at("requestHeaderModifier");
      modifier.at("remove").each().forEach(name -> checkRemoved(name, report));
      for (Cursor set : modifier.at("set").each()) {
        checkSet(set.at("name"), set.at("name").text(""), set.at("value").text(""), report);
      }
    }
  }

  private static void checkPatch(EnvoyPatch patch, Report report) {
    if (patch.operation().is("REMOVE")) {
      return;
    }
    for (Cursor message :
        EnvoyPatch.messagesWith(patch.value(), "generate_request_id", report::cutShort)) {
      Cursor generate = EnvoyPatch.field(message, "generate_request_id");
      if (generate.bool().filter(b -> !b).isPresent()) {
        report.say(generate, "no-request-id").advice("advice");
      }
    }
    for (Cursor message :
        EnvoyPatch.messagesWith(patch.value(), "request_headers_to_remove", report::cutShort)) {
      EnvoyPatch.field(message, "request_headers_to_remove")
          .each()
          .forEach(name -> checkRemoved(name, report));
    }
    for (Cursor message :
        EnvoyPatch.messagesWith(patch.value(), "request_headers_to_add", report::cutShort)) {
      EnvoyPatch.field(message, "request_headers_to_add")
          .each()
          .forEach(option -> checkAdded(option, report));
    }
    for (Cursor message : EnvoyPatch.messagesWith(patch.value(), "inline_code", report::cutShort)) {
      Cursor code = EnvoyPatch.field(message, "inline_code");
      String removed = TraceHeaders.removedBy(code.text(""));
      if (!removed.isEmpty()) {
        report.say(code, "removed", removed).advice("advice");
      }
    }
  }

  /** An added value stands beside the one that came in, unless the option says to overwrite it. */
  private static void checkAdded(Cursor option, Report report) {
    Cursor action = EnvoyPatch.field(option, "append_action");
    boolean overwrites =
        action.is("OVERWRITE_IF_EXISTS_OR_ADD")
            || action.is("OVERWRITE_IF_EXISTS")
            || action.integer().orElse(0) == 2
            || action.integer().orElse(0) == 3
            || option.at("append").bool().filter(b -> !b).isPresent();
    Cursor key = option.at("header", "key");
    if (overwrites) {
      checkSet(key, key.text(""), option.at("header", "value").text(""), report);
    }
  }

  private static void checkRemoved(Cursor name, Report report) {
    if (TraceHeaders.isBrokenByRemoval(name.text(""))) {
      report.say(name, "removed", name.text("")).advice("advice");
    }
  }

  private static void checkSet(Cursor at, String name, String value, Report report) {
    if (TraceHeaders.isBrokenByValue(name, value)) {
      report.say(at, "overwritten", name).names(name).advice("advice");
    }
  }
}
