package io.meshguard.resource;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes kind without its version: API group, kind, plural and scope.
 *
 * @param group API group, empty for the core group
 * @param name the kind, for example {@code VirtualService}
 * @param plural resource name in URLs; empty where the kind is not one that Meshguard knows
 * @param namespaced whether objects of the kind live in a namespace
 * @param versions API versions of the group under which servers have offered the kind, newest first
 */
public record Kind(
    String group, String name, String plural, boolean namespaced, List<String> versions) {

  private static final String NETWORKING = "networking.istio.io";
  private static final String GATEWAY_API = "gateway.networking.k8s.io";
  private static final List<String> V1 = List.of("v1");
  private static final List<String> ISTIO_VERSIONS = List.of("v1", "v1beta1", "v1alpha3");

  public static final Kind VIRTUAL_SERVICE = istio("VirtualService", "virtualservices");
  public static final Kind DESTINATION_RULE = istio("DestinationRule", "destinationrules");
  public static final Kind GATEWAY = istio("Gateway", "gateways");
  public static final Kind SERVICE_ENTRY = istio("ServiceEntry", "serviceentries");
  public static final Kind SIDECAR = istio("Sidecar", "sidecars");
  public static final Kind WORKLOAD_ENTRY = istio("WorkloadEntry", "workloadentries");
  public static final Kind WORKLOAD_GROUP = istio("WorkloadGroup", "workloadgroups");
  public static final Kind ENVOY_FILTER =
      new Kind(NETWORKING, "EnvoyFilter", "envoyfilters", true, List.of("v1alpha3"));
  public static final Kind PROXY_CONFIG =
      new Kind(NETWORKING, "ProxyConfig", "proxyconfigs", true, List.of("v1beta1"));
  public static final Kind TELEMETRY =
      new Kind("telemetry.istio.io", "Telemetry", "telemetries", true, List.of("v1", "v1alpha1"));
  public static final Kind PEER_AUTHENTICATION =
      new Kind(
          "security.istio.io",
          "PeerAuthentication",
          "peerauthentications",
          true,
          List.of("v1", "v1beta1"));
  public static final Kind ISTIO_OPERATOR =
      new Kind("install.istio.io", "IstioOperator", "istiooperators", true, List.of("v1alpha1"));
  public static final Kind SAIL_ISTIO =
      new Kind("sailoperator.io", "Istio", "istios", false, List.of("v1", "v1alpha1"));
  public static final Kind HTTP_ROUTE =
      new Kind(GATEWAY_API, "HTTPRoute", "httproutes", true, List.of("v1", "v1beta1"));
  public static final Kind GATEWAY_API_GATEWAY =
      new Kind(GATEWAY_API, "Gateway", "gateways", true, List.of("v1", "v1beta1"));
  public static final Kind SERVICE = new Kind("", "Service", "services", true, V1);
  public static final Kind NAMESPACE = new Kind("", "Namespace", "namespaces", false, V1);
  public static final Kind CONFIG_MAP = new Kind("", "ConfigMap", "configmaps", true, V1);
  public static final Kind POD = new Kind("", "Pod", "pods", true, V1);
  public static final Kind NODE = new Kind("", "Node", "nodes", false, V1);
  public static final Kind REPLICATION_CONTROLLER =
      new Kind("", "ReplicationController", "replicationcontrollers", true, V1);
  public static final Kind DEPLOYMENT = new Kind("apps", "Deployment", "deployments", true, V1);
  public static final Kind STATEFUL_SET = new Kind("apps", "StatefulSet", "statefulsets", true, V1);
  public static final Kind DAEMON_SET = new Kind("apps", "DaemonSet", "daemonsets", true, V1);
  public static final Kind REPLICA_SET = new Kind("apps", "ReplicaSet", "replicasets", true, V1);
  public static final Kind JOB = new Kind("batch", "Job", "jobs", true, V1);
  public static final Kind CRON_JOB =
      new Kind("batch", "CronJob", "cronjobs", true, List.of("v1", "v1beta1"));
  public static final Kind ROLE = new Kind("rbac.authorization.k8s.io", "Role", "roles", true, V1);
  public static final Kind CLUSTER_ROLE =
      new Kind("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", false, V1);
  public static final Kind HORIZONTAL_POD_AUTOSCALER =
      new Kind(
          "autoscaling",
          "HorizontalPodAutoscaler",
          "horizontalpodautoscalers",
          true,
          List.of("v2", "v1"));
  public static final Kind SCALED_OBJECT =
      new Kind("keda.sh", "ScaledObject", "scaledobjects", true, List.of("v1alpha1"));
  public static final Kind ROLLOUT =
      new Kind("argoproj.io", "Rollout", "rollouts", true, List.of("v1alpha1"));
  public static final Kind ROLE_BINDING =
      new Kind("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", true, V1);
  public static final Kind CLUSTER_ROLE_BINDING =
      new Kind("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", false, V1);
  public static final Kind MUTATING_WEBHOOK_CONFIGURATION =
      new Kind(
          "admissionregistration.k8s.io",
          "MutatingWebhookConfiguration",
          "mutatingwebhookconfigurations",
          false,
          V1);

  private static final Map<String, Kind> KNOWN =
      List.of(
              VIRTUAL_SERVICE,
              DESTINATION_RULE,
              GATEWAY,
              SERVICE_ENTRY,
              SIDECAR,
              WORKLOAD_ENTRY,
              WORKLOAD_GROUP,
              ENVOY_FILTER,
              PROXY_CONFIG,
              TELEMETRY,
              PEER_AUTHENTICATION,
              ISTIO_OPERATOR,
              SAIL_ISTIO,
              HTTP_ROUTE,
              GATEWAY_API_GATEWAY,
              SERVICE,
              NAMESPACE,
              CONFIG_MAP,
              POD,
              NODE,
              REPLICATION_CONTROLLER,
              DEPLOYMENT,
              STATEFUL_SET,
              DAEMON_SET,
              REPLICA_SET,
              JOB,
              CRON_JOB,
              ROLE,
              CLUSTER_ROLE,
              HORIZONTAL_POD_AUTOSCALER,
              SCALED_OBJECT,
              ROLLOUT,
              ROLE_BINDING,
              CLUSTER_ROLE_BINDING,
              MUTATING_WEBHOOK_CONFIGURATION)
          .stream()
          .collect(Collectors.toUnmodifiableMap(k -> k.group + "/" + k.name, Function.identity()));

  public Kind {
    versions = List.copyOf(versions);
  }

  // What a record has by itself, written out: kinds are keys of maps that every start fills, and to
  // link the generated methods takes longer than everything else that a start does with kinds.
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof Kind that
        && name.equals(that.name)
        && group.equals(that.group)
        && plural.equals(that.plural)
        && namespaced == that.namespaced
        && versions.equals(that.versions);
  }

  @Override
  public int hashCode() {
    int hash = group.hashCode();
    hash = 31 * hash + name.hashCode();
    hash = 31 * hash + plural.hashCode();
    hash = 31 * hash + Boolean.hashCode(namespaced);
    return 31 * hash + versions.hashCode();
  }

  /**
   * Returns the kind for a manifest's {@code apiVersion} and {@code kind}. A kind that Meshguard
   * does not know gets an empty plural and counts as namespaced.
   */
  public static Kind of(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    Kind known = KNOWN.get(group + "/" + kind);
    return known != null ? known : new Kind(group, kind, "", true, List.of(version));
  }

  /** Returns the kinds that Meshguard knows by name. */
  public static Collection<Kind> all() {
    return KNOWN.values();
  }

  /** Returns whether this is one of the kinds that Meshguard knows by name. */
  public boolean known() {
    return !plural.isEmpty();
  }

  @Override
  public String toString() {
    return group.isEmpty() ? name : name + "." + group;
  }

  private static Kind istio(String name, String plural) {
    return new Kind(NETWORKING, name, plural, true, ISTIO_VERSIONS);
  }
}
