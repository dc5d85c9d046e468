package io.meshguard.mesh;

import io.meshguard.mesh.Access.Permission;
import io.meshguard.resource.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The least that somebody must be allowed in a cluster to work with the mesh. Istio installs no
 * role of that kind: {@code admin} and {@code edit} give no right on any of its kinds (istio
 * manifests/charts @1.30.3).
 */
public final class MeshPermissions {

  private static final List<String> READ = List.of("get", "list", "watch");
  private static final List<String> WRITE =
      List.of("get", "list", "watch", "create", "update", "patch", "delete");

  /** The root namespace where nothing else is known. */
  private static final String ROOT = "istio-system";

  private static final List<Grant> MANAGE =
      List.of(
          cluster(
              "networking.istio.io",
              WRITE,
              "virtualservices",
              "destinationrules",
              "gateways",
              "serviceentries",
              "sidecars",
              "workloadentries",
              "workloadgroups",
              "envoyfilters",
              "proxyconfigs"),
          cluster(
              "security.istio.io",
              WRITE,
              "authorizationpolicies",
              "peerauthentications",
              "requestauthentications"),
          cluster("telemetry.istio.io", WRITE, "telemetries"),
          cluster("extensions.istio.io", WRITE, "wasmplugins"),
          cluster("gateway.networking.k8s.io", WRITE, "gateways", "httproutes", "grpcroutes"),
          cluster("", List.of("get", "list", "watch", "patch"), "namespaces"),
          cluster("", READ, "pods", "services", "endpoints", "nodes"),
          cluster("discovery.k8s.io", READ, "endpointslices"),
          cluster("apiextensions.k8s.io", READ, "customresourcedefinitions"),
          cluster("admissionregistration.k8s.io", READ, "mutatingwebhookconfigurations"),
          new Grant("", List.of("configmaps"), READ, ROOT));

  private static final List<Grant> JOIN =
      List.of(
          cluster("", WRITE, "namespaces"),
          cluster("apiextensions.k8s.io", WRITE, "customresourcedefinitions"),
          cluster(
              "admissionregistration.k8s.io",
              WRITE,
              "mutatingwebhookconfigurations",
              "validatingwebhookconfigurations"),
          cluster("rbac.authorization.k8s.io", withEscalation(), "clusterroles"),
          cluster("rbac.authorization.k8s.io", WRITE, "clusterrolebindings"),
          new Grant("rbac.authorization.k8s.io", List.of("roles"), withEscalation(), ROOT),
          new Grant("rbac.authorization.k8s.io", List.of("rolebindings"), WRITE, ROOT),
          new Grant(
              "", List.of("configmaps", "secrets", "serviceaccounts", "services"), WRITE, ROOT),
          new Grant("apps", List.of("deployments"), WRITE, ROOT));

  private MeshPermissions() {}

  /**
   * Verbs on resources.
   *
   * @param group API group, empty for the core group
   * @param resources plural resource names
   * @param verbs the verbs, all of them on each of the resources
   * @param namespace the namespace, empty for all namespaces or cluster-scoped resources
   */
  public record Grant(String group, List<String> resources, List<String> verbs, String namespace) {

    public Grant {
      resources = List.copyOf(resources);
      verbs = List.copyOf(verbs);
    }

    /** Returns each verb on each resource by itself. */
    public List<Permission> permissions() {
      List<Permission> permissions = new ArrayList<>();
      for (String resource : resources) {
        for (String verb : verbs) {
          permissions.add(new Permission(verb, group, resource, namespace));
        }
      }
      return permissions;
    }
  }

  /** Returns what it takes to manage the mesh's objects in all namespaces of a cluster. */
  public static List<Grant> manage() {
    return MANAGE;
  }

  /** Returns what it takes to add a cluster to a mesh and to manage the mesh there. */
  public static List<Grant> join() {
    List<Grant> grants = new ArrayList<>(MANAGE);
    grants.addAll(JOIN);
    return List.copyOf(grants);
  }

  /** Returns what it takes to manage the objects of a mesh kind in a namespace. */
  public static List<Permission> toManage(Kind kind, String namespace) {
    return new Grant(kind.group(), List.of(kind.plural()), WRITE, namespace).permissions();
  }

  /**
   * Returns what it takes to run a namespace in the mesh: to see and relabel it, and to manage its
   * routes and traffic policies.
   */
  public static List<Permission> toManage(String namespace) {
    List<Permission> permissions = new ArrayList<>();
    for (String verb : List.of("get", "patch")) {
      permissions.add(new Permission(verb, "", "namespaces", namespace));
    }
    permissions.addAll(toManage(Kind.VIRTUAL_SERVICE, namespace));
    permissions.addAll(toManage(Kind.DESTINATION_RULE, namespace));
    return permissions;
  }

  /**
   * Returns permissions in words, for example {@code get, list virtualservices, destinationrules;
   * patch namespaces}.
   */
  public static String describe(List<Permission> permissions) {
    Map<String, List<String>> verbsByResource = new LinkedHashMap<>();
    for (Permission permission : permissions) {
      verbsByResource
          .computeIfAbsent(permission.resource(), r -> new ArrayList<>())
          .add(permission.verb());
    }
    Map<List<String>, List<String>> resourcesByVerbs = new LinkedHashMap<>();
    verbsByResource.forEach(
        (resource, verbs) ->
            resourcesByVerbs.computeIfAbsent(verbs, v -> new ArrayList<>()).add(resource));
    return resourcesByVerbs.entrySet().stream()
        .map(entry -> String.join(", ", entry.getKey()) + " " + String.join(", ", entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static Grant cluster(String group, List<String> verbs, String... resources) {
    return new Grant(group, List.of(resources), verbs, "");
  }

  private static List<String> withEscalation() {
    List<String> verbs = new ArrayList<>(WRITE);
    verbs.add("bind");
    verbs.add("escalate");
    return verbs;
  }
}
