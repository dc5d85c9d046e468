package io.meshguard.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The part of a workload from which its Pods are made.
 *
 * @param at the template; for a Pod the Pod itself
 */
public record PodTemplate(Cursor at) {

  /** Kinds that make Pods from a template. */
  public static final Set<Kind> WORKLOADS =
      Set.of(
          Kind.DEPLOYMENT,
          Kind.STATEFUL_SET,
          Kind.DAEMON_SET,
          Kind.REPLICA_SET,
          Kind.JOB,
          Kind.CRON_JOB);

  /** Returns the template of a workload or Pod; empty for any other kind. */
  public static Optional<PodTemplate> of(Resource resource) {
    Kind kind = resource.kind();
    if (kind.equals(Kind.POD)) {
      return Optional.of(new PodTemplate(resource.root()));
    }
    if (kind.equals(Kind.CRON_JOB)) {
      return Optional.of(new PodTemplate(resource.at("spec", "jobTemplate", "spec", "template")));
    }
    return WORKLOADS.contains(kind)
        ? Optional.of(new PodTemplate(resource.at("spec", "template")))
        : Optional.empty();
  }

  /** Returns the labels of the Pods of a workload, or of a Pod. */
  public static JsonNode labels(Resource resource) {
    JsonNode made = resource.tree();
    if (resource.kind().equals(Kind.CRON_JOB)) {
      made = made.path("spec").path("jobTemplate");
    }
    if (!resource.kind().equals(Kind.POD)) {
      made = made.path("spec").path("template");
    }
    return made.path("metadata").path("labels");
  }

  /** Returns the metadata of the Pods. */
  public Cursor metadata() {
    return at.at("metadata");
  }

  /** Returns the place of a label of the Pods. */
  public Cursor label(String key) {
    return at.at("metadata", "labels", key);
  }

  /** Returns the place of an annotation of the Pods. */
  public Cursor annotation(String key) {
    return at.at("metadata", "annotations", key);
  }

  /** Returns the spec of the Pods. */
  public Cursor spec() {
    return at.at("spec");
  }

  /** Returns the containers that run side by side, without init containers. */
  public List<Cursor> containers() {
    return spec().at("containers").each();
  }

  /** Returns all containers: those that run side by side, then the init containers. */
  public List<Cursor> allContainers() {
    return Stream.concat(containers().stream(), spec().at("initContainers").each().stream())
        .toList();
  }

  /** Returns whether the Pods share the network of their node. */
  public boolean hostNetwork() {
    return spec().at("hostNetwork").isTrue();
  }
}
