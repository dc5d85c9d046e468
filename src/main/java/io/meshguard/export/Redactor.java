package io.meshguard.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.mesh.TkeServiceController;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cuts the objects of a mesh down to what rules read of them when they judge another object. What
 * is not known to be read is left out, so a new field is never shown by accident.
 */
public final class Redactor {

  private static final String INJECTOR = "istio-sidecar-injector";
  private static final Set<Kind> WORKLOADS =
      Stream.concat(PodTemplate.WORKLOADS.stream(), Stream.of(Kind.POD))
          .collect(Collectors.toUnmodifiableSet());

  private final Set<String> roots;
  private final Map<Kind, UnaryOperator<JsonNode>> specs;

  /**
   * Makes a trimmer. One is used for all objects of a mesh, since equal hidden texts stay equal.
   *
   * @param roots the mesh's root namespaces
   */
  public Redactor(Set<String> roots) {
    this.roots = Set.copyOf(roots);
    Routing routing = new Routing(new Pseudonymizer());
    this.specs =
        Map.ofEntries(
            Map.entry(Kind.SERVICE, UnaryOperator.identity()),
            Map.entry(Kind.SERVICE_ENTRY, UnaryOperator.identity()),
            Map.entry(Kind.PEER_AUTHENTICATION, UnaryOperator.identity()),
            Map.entry(Kind.VIRTUAL_SERVICE, routing::virtualService),
            Map.entry(Kind.DESTINATION_RULE, Routing::destinationRule),
            Map.entry(Kind.GATEWAY, Routing::gateway),
            Map.entry(Kind.SIDECAR, Routing::sidecar),
            Map.entry(Kind.WORKLOAD_ENTRY, spec -> FieldSelection.fields(spec, "labels")),
            Map.entry(Kind.WORKLOAD_GROUP, Redactor::workloadGroup),
            Map.entry(Kind.HTTP_ROUTE, Routing::httpRoute),
            Map.entry(Kind.GATEWAY_API_GATEWAY, Routing::gatewayOfApi),
            Map.entry(Kind.ENVOY_FILTER, routing::envoyFilter),
            Map.entry(Kind.TELEMETRY, Routing::telemetry),
            Map.entry(Kind.PROXY_CONFIG, Routing::proxyConfig),
            Map.entry(Kind.HORIZONTAL_POD_AUTOSCALER, Redactor::autoscaler),
            Map.entry(Kind.SCALED_OBJECT, Redactor::autoscaler),
            Map.entry(Kind.ROLLOUT, Redactor::rollout),
            Map.entry(Kind.ISTIO_OPERATOR, MeshSettings::operator),
            Map.entry(Kind.SAIL_ISTIO, MeshSettings::operator));
  }

  /** Returns what may be shown of an object; empty where nothing of it is read. */
  public Optional<Resource> trim(Resource object) {
    if (!object.tree().isObject()) {
      return Optional.empty();
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    kept.put("apiVersion", object.ref().apiVersion()).put("kind", object.kind().name());
    kept.set("metadata", Metadata.of(object.tree().path("metadata")));
    JsonNode spec = object.tree().path("spec");
    UnaryOperator<JsonNode> trimmed = specs.get(object.kind());
    if (trimmed != null) {
      if (spec.isObject()) {
        kept.set("spec", trimmed.apply(spec));
      }
      return Optional.of(object.withTree(kept));
    }
    if (object.kind().equals(Kind.NAMESPACE)) {
      return Optional.of(object.withTree(kept));
    }
    if (object.kind().equals(Kind.CONFIG_MAP)) {
      return configMap(object, kept);
    }
    if (object.kind().equals(Kind.MUTATING_WEBHOOK_CONFIGURATION)) {
      kept.set("webhooks", FieldSelection.each(object.tree().path("webhooks"), Redactor::webhook));
      return Optional.of(object.withTree(kept));
    }
    return WORKLOADS.contains(object.kind()) ? workload(object, kept) : Optional.empty();
  }

  private static JsonNode workloadGroup(JsonNode spec) {
    JsonNode kept = FieldSelection.fields(spec, "metadata", "template");
    for (String part : List.of("metadata", "template")) {
      FieldSelection.change(kept, part, labelled -> FieldSelection.fields(labelled, "labels"));
    }
    return kept;
  }

  private static JsonNode autoscaler(JsonNode spec) {
    return FieldSelection.fields(spec, "scaleTargetRef", "maxReplicas", "maxReplicaCount");
  }

  /** Of a Rollout only that it is there. */
  private static JsonNode rollout(JsonNode spec) {
    return FieldSelection.fields(spec);
  }

  private Optional<Resource> configMap(Resource object, ObjectNode kept) {
    if (TkeServiceController.is(object)) {
      String[] keys = TkeServiceController.KEYS.toArray(String[]::new);
      kept.set("data", FieldSelection.fields(object.tree().path("data"), keys));
      return Optional.of(object.withTree(kept));
    }
    boolean ofControlPlane =
        roots.contains(object.namespace())
            && (object.name().equals("istio")
                || object.name().startsWith("istio-")
                || object.name().startsWith(INJECTOR));
    if (!ofControlPlane) {
      return Optional.empty();
    }
    kept.set("data", MeshSettings.configMap(object.tree().path("data")));
    return Optional.of(object.withTree(kept));
  }

  private static JsonNode webhook(JsonNode webhook) {
    JsonNode kept =
        FieldSelection.fields(
            webhook,
            "name",
            "namespaceSelector",
            "objectSelector",
            "matchConditions",
            "clientConfig");
    FieldSelection.change(
        kept,
        "clientConfig",
        client -> {
          JsonNode address = FieldSelection.fields(client, "service", "url");
          FieldSelection.change(
              address,
              "url",
              url ->
                  JsonNodeFactory.instance.textNode(
                      url.asText("").contains("/inject") ? "https://hidden/inject" : "hidden"));
          return address;
        });
    return kept;
  }

  /** What another object made is not looked at, for that other one is. */
  /** What an exported workload made tells nothing more than that workload. */
  private static boolean isExported(Cursor controller) {
    String group = controller.at("apiVersion").text("");
    return WORKLOADS.stream()
        .anyMatch(
            kind -> controller.at("kind").is(kind.name()) && group.startsWith(kind.group() + "/"));
  }

  private static Optional<Resource> workload(Resource object, ObjectNode kept) {
    Optional<PodTemplate> template = PodTemplate.of(object);
    if (template.isEmpty() || object.controller().filter(Redactor::isExported).isPresent()) {
      return Optional.empty();
    }
    JsonNode pod = Templates.of(template.get().at().node());
    switch (object.kind().name()) {
      case "Pod" -> {
        if (pod instanceof ObjectNode own) {
          kept.setAll(own);
        }
      }
      case "CronJob" ->
          kept.putObject("spec").putObject("jobTemplate").putObject("spec").set("template", pod);
      default -> {
        ObjectNode spec = kept.putObject("spec").set("template", pod);
        JsonNode replicas = object.tree().path("spec").path("replicas");
        if (replicas.isIntegralNumber()) {
          spec.set("replicas", replicas);
        }
      }
    }
    return Optional.of(object.withTree(kept));
  }
}
