package io.meshguard.rules.fields;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The places of an object where its kind allows text alone, as maps of texts have it. */
final class TextValues {

  /** Kinds of these groups have maps of texts under {@link #MAPS}, wherever they stand. */
  private static final Set<String> GROUPS =
      Set.of(
          "",
          "apps",
          "autoscaling",
          "batch",
          "networking.k8s.io",
          "policy",
          "networking.istio.io",
          "security.istio.io",
          "telemetry.istio.io",
          "extensions.istio.io");

  private static final Set<String> MAPS = Set.of("matchLabels", "nodeSelector", "sourceLabels");

  private static final Set<String> CONTAINERS =
      Set.of("containers", "initContainers", "ephemeralContainers");

  /** Conditions of a match that are one text each, and maps of such. */
  private static final List<String> MATCHES = List.of("uri", "scheme", "method", "authority");

  private static final List<String> MATCH_MAPS =
      List.of("headers", "withoutHeaders", "queryParams");

  private final List<Cursor> values = new ArrayList<>();

  private TextValues() {}

  /** Returns the places that hold something other than null, in no certain order. */
  static List<Cursor> of(Resource object) {
    TextValues found = new TextValues();
    found.metadata(object.at("metadata"));
    Kind kind = object.kind();
    if (GROUPS.contains(kind.group())) {
      found.byKind(object);
    }
    return found.values;
  }

  private void byKind(Resource object) {
    Kind kind = object.kind();
    if (kind.equals(Kind.CONFIG_MAP)) {
      map(object.at("data"));
      return;
    }
    if (kind.group().isEmpty() && kind.name().equals("Secret")) {
      map(object.at("stringData"));
      return;
    }
    if (kind.equals(Kind.ENVOY_FILTER)) {
      map(object.at("spec", "workloadSelector", "labels"));
      return;
    }
    walk(object.at("spec"));
    PodTemplate.of(object)
        .filter(template -> !kind.equals(Kind.POD))
        .ifPresent(template -> metadata(template.metadata()));
    metadata(object.at("spec", "jobTemplate", "metadata"));
    object
        .at("spec", "volumeClaimTemplates")
        .each()
        .forEach(claim -> metadata(claim.at("metadata")));
    if (kind.equals(Kind.SERVICE) || kind.equals(Kind.GATEWAY)) {
      map(object.at("spec", "selector"));
    } else if (kind.equals(Kind.VIRTUAL_SERVICE)) {
      object.at("spec", "http").each().forEach(this::route);
    } else if (kind.equals(Kind.DESTINATION_RULE)) {
      object.at("spec", "subsets").each().forEach(subset -> map(subset.at("labels")));
    } else if (kind.equals(Kind.SERVICE_ENTRY)) {
      object.at("spec", "endpoints").each().forEach(endpoint -> map(endpoint.at("labels")));
      map(object.at("spec", "workloadSelector", "labels"));
    } else if (kind.equals(Kind.SIDECAR)) {
      map(object.at("spec", "workloadSelector", "labels"));
    } else if (kind.name().equals("WorkloadEntry")) {
      map(object.at("spec", "labels"));
    } else if (kind.equals(Kind.PROXY_CONFIG)) {
      map(object.at("spec", "environmentVariables"));
    }
  }

  private void metadata(Cursor metadata) {
    map(metadata.at("labels"));
    map(metadata.at("annotations"));
  }

  private void map(Cursor map) {
    map.fields().forEach(field -> text(field.value()));
  }

  private void text(Cursor value) {
    if (value.isPresent() && !value.node().isTextual()) {
      values.add(value);
    }
  }

  private void walk(Cursor at) {
    at.each().forEach(this::walk);
    for (Cursor.Field field : at.fields()) {
      if (MAPS.contains(field.name())) {
        map(field.value());
      } else {
        if (CONTAINERS.contains(field.name())) {
          field.value().each().forEach(this::variables);
        }
        walk(field.value());
      }
    }
  }

  private void variables(Cursor container) {
    container.at("env").each().forEach(variable -> text(variable.at("value")));
  }

  private void route(Cursor route) {
    for (Cursor match : route.at("match").each()) {
      MATCHES.forEach(field -> map(match.at(field)));
      for (String field : MATCH_MAPS) {
        match.at(field).fields().forEach(one -> map(one.value()));
      }
    }
    headers(route.at("headers"));
    route.at("route").each().forEach(share -> headers(share.at("headers")));
  }

  private void headers(Cursor headers) {
    for (String way : List.of("request", "response")) {
      map(headers.at(way, "set"));
      map(headers.at(way, "add"));
    }
  }
}
