package io.meshguard.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.deadline.Deadline;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that makes Pods, or a Pod that nothing made: where a person wrote the Pod's definition.
 *
 * @param object the workload
 * @param template the definition of its Pods
 */
public record Workload(Resource object, PodTemplate template) {

  /** Kinds that may be workloads: those with a template, and Pods. */
  public static final Set<Kind> KINDS =
      Stream.concat(PodTemplate.WORKLOADS.stream(), Stream.of(Kind.POD))
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Returns an object as a workload; empty for other kinds, and for what another object made, since
   * that other one is judged.
   */
  public static Optional<Workload> of(Resource object) {
    return PodTemplate.of(object)
        .filter(template -> template.at().isObject() && object.controller().isEmpty())
        .map(template -> new Workload(object, template));
  }

  /**
   * Returns an object as a workload if its Pods carry labels; empty otherwise. Quicker than to make
   * a workload of each of the many that do not.
   */
  public static Optional<Workload> carrying(Map<String, String> wanted, Resource object) {
    Deadline.check();
    JsonNode labels = PodTemplate.labels(object);
    boolean carries =
        wanted.entrySet().stream()
            .allMatch(label -> label.getValue().equals(labels.path(label.getKey()).textValue()));
    return carries ? of(object) : Optional.empty();
  }

  /** Returns the namespace. */
  public String namespace() {
    return object.namespace();
  }

  /** Returns the labels of the Pods. */
  public Map<String, String> labels() {
    return LabelSelector.labels(template.metadata().at("labels"));
  }

  /** Returns whether the definition already holds a sidecar, put there by hand or by a webhook. */
  public boolean hasSidecar() {
    return template.annotation("sidecar.istio.io/status").isPresent()
        || template.allContainers().stream().anyMatch(c -> c.at("name").is("istio-proxy"));
  }

  /** Returns whether the Pods are gateways, for which the injector uses another template. */
  public boolean isGateway() {
    Cursor templates = template.annotation("inject.istio.io/templates");
    return templates.isPresent() && !templates.text("").contains("sidecar");
  }

  /** Returns the place on the way to a Pod annotation that exists. */
  public Cursor nearestTo(String annotation) {
    Cursor at = template.annotation(annotation);
    Cursor annotations = template.metadata().at("annotations");
    return Stream.of(at, annotations, template.metadata(), template.at())
        .filter(place -> !place.isMissing())
        .findFirst()
        .orElse(object.root());
  }
}
