package io.meshguard.rules.tracing;

import io.meshguard.istio.EnvoyPatch;
import io.meshguard.istio.Injection;
import io.meshguard.logic.Ternary;
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
import java.util.List;

/**
 * Configuration that takes away or overwrites the headers by which a trace is carried on, or
 * switches off what makes or reports them (istio.io/latest/docs/tasks/observability/
 * distributed-tracing/overview).
 */
public final class BrokenTraceHeaders implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("broken-trace-headers")
          .subjects(Kind.VIRTUAL_SERVICE, Kind.HTTP_ROUTE, Kind.ENVOY_FILTER, Kind.TELEMETRY)
          .subjects(Kind.CONFIG_MAP)
          .subjects(PodTemplate.WORKLOADS)
          .reads(Kind.GATEWAY)
          .reads(NginxHeaders.READS)
          .reads(Injection.READS)
          .reads(TracedFormats.READS)
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
      new Headers(TracedFormats.of(mesh), report).checkVirtualService(subject, mesh);
    } else if (subject.kind().equals(Kind.HTTP_ROUTE)) {
      new Headers(TracedFormats.of(mesh), report).checkHttpRoute(subject);
    } else if (subject.kind().equals(Kind.TELEMETRY)) {
      TelemetryTracing.check(subject, mesh, report);
    } else if (subject.kind().equals(Kind.CONFIG_MAP)) {
      NginxHeaders.check(subject, mesh, report);
    } else if (PodTemplate.WORKLOADS.contains(subject.kind())) {
      Workload.of(subject).ifPresent(workload -> RequestIds.check(workload, mesh, report));
    } else if (!Egress.selects(subject.at("spec", "workloadSelector", "labels"))) {
      Headers headers = new Headers(TracedFormats.of(mesh), report);
      EnvoyPatch.of(subject).forEach(headers::checkPatch);
    }
  }

  /** What works on the headers of requests, and what the proxies write again after it. */
  private record Headers(TracedFormats formats, Report report) {

    void checkVirtualService(Resource subject, Mesh mesh) {
      if (Egress.only(subject, mesh)) {
        return;
      }
      for (Cursor route : subject.at("spec", "http").each()) {
        if (Egress.only(route, subject, mesh)) {
          continue;
        }
        checkOperations(route.at("headers", "request"));
        for (Cursor destination : route.at("route").each()) {
          checkOperations(destination.at("headers", "request"));
        }
      }
    }

    private void checkOperations(Cursor request) {
      request.at("remove").each().forEach(this::checkRemoved);
      for (Cursor.Field set : request.at("set").fields()) {
        checkSet(set.value(), set.name(), set.value().text(""));
      }
    }

    void checkHttpRoute(Resource subject) {
      if (Egress.allParents(subject)) {
        return;
      }
      for (Cursor rule : subject.at("spec", "rules").each()) {
        checkFilters(rule.at("filters"));
        for (Cursor backend : rule.at("backendRefs").each()) {
          checkFilters(backend.at("filters"));
        }
      }
    }

    private void checkFilters(Cursor filters) {
      for (Cursor filter : filters.each()) {
        Cursor modifier = filter.at("requestHeaderModifier");
        modifier.at("remove").each().forEach(this::checkRemoved);
        for (Cursor set : modifier.at("set").each()) {
          checkSet(set.at("name"), set.at("name").text(""), set.at("value").text(""));
        }
      }
    }

    void checkPatch(EnvoyPatch patch) {
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
        EnvoyPatch.field(message, "request_headers_to_remove").each().forEach(this::checkRemoved);
      }
      for (Cursor message :
          EnvoyPatch.messagesWith(patch.value(), "request_headers_to_add", report::cutShort)) {
        EnvoyPatch.field(message, "request_headers_to_add")
            .each()
            .forEach(option -> checkAdded(option));
      }
      for (String field : List.of("inline_code", "inline_string")) {
        for (Cursor message : EnvoyPatch.messagesWith(patch.value(), field, report::cutShort)) {
          checkLua(EnvoyPatch.field(message, field));
        }
      }
      for (Cursor message :
          EnvoyPatch.messagesWith(patch.value(), "request_mutations", report::cutShort)) {
        EnvoyPatch.field(message, "request_mutations").each().forEach(this::checkMutation);
      }
      for (Cursor message :
          EnvoyPatch.messagesWith(
              patch.value(), "early_header_mutation_extensions", report::cutShort)) {
        for (Cursor extension :
            EnvoyPatch.field(message, "early_header_mutation_extensions").each()) {
          Cursor mutations = EnvoyPatch.field(extension, "typed_config").at("mutations");
          mutations.each().forEach(this::checkEarlyMutation);
        }
      }
    }

    private void checkLua(Cursor code) {
      if (!code.text("").contains("envoy_on_request")) {
        return;
      }
      LuaHeaders lua = new LuaHeaders(code.text(""));
      lua.removed().stream()
          .filter(TraceHeaders::isBrokenByRemoval)
          .filter(this::isLost)
          .findFirst()
          .ifPresent(name -> say(code, "removed", name));
      lua.overwritten().stream()
          .filter(name -> TraceHeaders.isBrokenByValue(name, ""))
          .filter(this::isLost)
          .findFirst()
          .ifPresent(name -> say(code, "overwritten", name));
    }

    private void checkMutation(Cursor mutation) {
      checkRemoved(mutation.at("remove"));
      checkAdded(mutation.at("append"));
    }

    /** Before the proxy reads the trace of a request: what it then writes is another trace. */
    private void checkEarlyMutation(Cursor mutation) {
      new Headers(TracedFormats.NONE, report).checkMutation(mutation);
    }

    /**
     * An added value stands beside the one that came in, unless the option says to overwrite it.
     */
    private void checkAdded(Cursor option) {
      Cursor action = EnvoyPatch.field(option, "append_action");
      boolean overwrites =
          action.is("OVERWRITE_IF_EXISTS_OR_ADD")
              || action.is("OVERWRITE_IF_EXISTS")
              || action.integer().orElse(0) == 2
              || action.integer().orElse(0) == 3
              || option.at("append").bool().filter(b -> !b).isPresent();
      Cursor key = option.at("header", "key");
      if (overwrites) {
        checkSet(key, key.text(""), option.at("header", "value").text(""));
      }
    }

    private void checkRemoved(Cursor name) {
      if (TraceHeaders.isBrokenByRemoval(name.text("")) && isLost(name.text(""))) {
        say(name, "removed", name.text(""));
      }
    }

    private void checkSet(Cursor at, String name, String value) {
      if (TraceHeaders.isBrokenByValue(name, value) && isLost(name)) {
        say(at, "overwritten", name);
      }
    }

    private boolean isLost(String header) {
      return formats.of(header) != Ternary.TRUE;
    }

    private void say(Cursor at, String key, String header) {
      boolean certain = formats.of(header) == Ternary.FALSE;
      Report.Draft draft = report.say(at, certain ? key : key + "-unless", header);
      if (key.equals("overwritten")) {
        draft.names(header);
      }
      draft.advice("advice");
    }
  }
}
