package io.meshguard.rules.tracing;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import java.util.List;
import java.util.Locale;

/** Signs that an application hands on trace headers: an agent or a library that is set up. */
final class PropagationSigns {

  /** Annotation by which the OpenTelemetry operator is asked for an agent, without its language. */
  static final String INJECT = "instrumentation.opentelemetry.io/inject-";

  private static final List<String> ANNOTATIONS =
      List.of(
          INJECT,
          "sidecar.opentelemetry.io/inject",
          "sidecar.jaegertracing.io/inject",
          "admission.datadoghq.com/");

  private static final List<String> LABELS =
      List.of("tags.datadoghq.com/", "admission.datadoghq.com/", "swck-java-agent-injected");

  private static final List<String> VARIABLES =
      List.of(
          "OTEL_",
          "DD_TRACE_",
          "DD_AGENT_HOST",
          "SW_AGENT_",
          "JAEGER_",
          "ZIPKIN_",
          "SPRING_ZIPKIN_",
          "SPRING_SLEUTH_",
          "MANAGEMENT_TRACING_",
          "MANAGEMENT_ZIPKIN_",
          "MANAGEMENT_OTLP_",
          "ELASTIC_APM_",
          "NEW_RELIC_",
          "QUARKUS_OTEL_");

  /** Words in start options by which an agent is loaded. */
  private static final List<String> OPTIONS =
      List.of("-javaagent:", "opentelemetry", "dd-trace", "ddtrace", "skywalking", "elastic-apm");

  private PropagationSigns() {}

  /** Returns whether a workload shows such a sign, by itself or through its namespace. */
  static boolean in(Workload workload, Mesh mesh) {
    return has(workload.template().metadata().at("annotations"), ANNOTATIONS)
        || has(workload.template().metadata().at("labels"), LABELS)
        || mesh.find(Kind.NAMESPACE, "", workload.namespace())
            .found()
            .filter(namespace -> has(namespace.at("metadata", "annotations"), List.of(INJECT)))
            .isPresent()
        || workload.template().allContainers().stream().anyMatch(PropagationSigns::inContainer);
  }

  private static boolean has(Cursor map, List<String> prefixes) {
    return map.fields().stream()
        .filter(field -> !field.value().is("false"))
        .anyMatch(field -> prefixes.stream().anyMatch(field.name()::startsWith));
  }

  private static boolean inContainer(Cursor container) {
    for (Cursor variable : container.at("env").each()) {
      String name = variable.at("name").text("");
      if (VARIABLES.stream().anyMatch(name::startsWith)
          || loadsAgent(variable.at("value").text(""))) {
        return true;
      }
    }
    return container.at("command").each().stream().anyMatch(word -> loadsAgent(word.text("")))
        || container.at("args").each().stream().anyMatch(word -> loadsAgent(word.text("")));
  }

  private static boolean loadsAgent(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return OPTIONS.stream().anyMatch(lower::contains);
  }
}
