package io.meshguard.server.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshguard.report.PolicyReports;
import io.meshguard.report.PolicyReports.Api;
import io.meshguard.report.ProductInfo;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes reports of one API. */
final class ReportApi {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String MANAGER = "meshguard-audit";

  private final KubernetesClient client;
  private final Api api;

  private ReportApi(KubernetesClient client, Api api) {
    this.client = client;
    this.api = api;
  }

  /** Returns the first API that is served; empty where none is. */
  static Optional<ReportApi> find(KubernetesClient client) {
    for (Api api : Api.values()) {
      if (serves(client, api)) {
        return Optional.of(new ReportApi(client, api));
      }
    }
    return Optional.empty();
  }

  Api api() {
    return api;
  }

  /** Returns the reports that are ours. */
  List<ObjectNode> ours() {
    List<ObjectNode> ours = new ArrayList<>();
    for (boolean namespaced : List.of(true, false)) {
      (namespaced ? all(true).inAnyNamespace() : all(false))
          .withLabel(PolicyReports.LABEL, ProductInfo.NAME)
          .list()
          .getItems()
          .forEach(
              item -> {
                item.setApiVersion(api.apiVersion());
                item.setKind(api.kind(namespaced));
                if (MAPPER.valueToTree(item) instanceof ObjectNode report) {
                  ours.add(report);
                }
              });
    }
    return ours;
  }

  void write(ObjectNode report) {
    GenericKubernetesResource resource =
        Serialization.unmarshal(report.toString(), GenericKubernetesResource.class);
    boolean namespaced = report.at("/metadata/namespace").isTextual();
    (namespaced ? all(true).inNamespace(report.at("/metadata/namespace").asText()) : all(false))
        .resource(resource)
        .fieldManager(MANAGER)
        .forceConflicts()
        .serverSideApply();
  }

  void delete(JsonNode report) {
    String name = report.at("/metadata/name").asText();
    if (report.at("/metadata/namespace").isTextual()) {
      all(true).inNamespace(report.at("/metadata/namespace").asText()).withName(name).delete();
    } else {
      all(false).withName(name).delete();
    }
  }

  private MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      all(boolean namespaced) {
    String apiVersion = api.apiVersion();
    int slash = apiVersion.indexOf('/');
    return client.genericKubernetesResources(
        new ResourceDefinitionContext.Builder()
            .withGroup(apiVersion.substring(0, slash))
            .withVersion(apiVersion.substring(slash + 1))
            .withKind(api.kind(namespaced))
            .withPlural(api.plural(namespaced))
            .withNamespaced(namespaced)
            .build());
  }

  private static boolean serves(KubernetesClient client, Api api) {
    try {
      APIResourceList resources = client.getApiResources(api.apiVersion());
      return resources != null
          && resources.getResources().stream()
              .anyMatch(resource -> api.plural(true).equals(resource.getName()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
