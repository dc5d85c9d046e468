package io.meshguard.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.audit.NotJudged;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.General;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.RuleInfo;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads a cluster once, as far as its account may. Secrets are never read. */
public final class ClusterReader {

  private final KubernetesClient client;

  /**
   * Returns a client that reads whatever is stored. One object that it cannot read is told apart
   * from the others, where the usual client would read none of its kind. It keeps neither status
   * nor managed fields, so what it has read it must not write.
   */
  public static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(LightSerialization.create())
        .build();
  }

  /** Makes a reader; the client should be one of {@link #client}. */
  public ClusterReader(KubernetesClient client) {
    this.client = client;
  }

  /** Takes notice of what is being read. */
  public interface Watcher {
    /** A kind is about to be read, one of so many. */
    void kind(Kind kind, int all);
  }

  /**
   * Returns the policy of the cluster as it is written; empty where there is none.
   *
   * @param namespace namespace of Meshguard
   * @param name {@link io.meshguard.policy.PolicyReader#CONFIG_MAP} or that of the accepted one
   * @throws KubernetesClientException if it cannot be read
   */
  public Optional<Resource> configMap(String namespace, String name) {
    ConfigMap found = client.configMaps().inNamespace(namespace).withName(name).get();
    return Optional.ofNullable(found).map(ObjectConverter::of);
  }

  /** Returns the kinds that rules judge or read. */
  public static Set<Kind> kinds(Collection<RuleInfo> rules) {
    Set<Kind> kinds = new LinkedHashSet<>(WatchedKinds.of(rules));
    kinds.add(Kind.CONFIG_MAP);
    return kinds;
  }

  /**
   * Reads the objects of kinds. What must not be listed in all namespaces is looked for in the
   * given ones.
   *
   * @param namespaces namespaces that matter most
   * @param policy what is said of the mesh beforehand
   * @throws KubernetesClientException if the API server does not answer at all
   */
  public ClusterSnapshot read(
      Collection<Kind> kinds, Collection<String> namespaces, General policy, Watcher watcher) {
    ServedKinds served = new ServedKinds(client);
    Set<String> near = new TreeSet<>(namespaces);
    near.addAll(policy.meshNamespaces());
    LiveFacts.Machines machines = machines();
    Compactor compactor = new Compactor();
    List<Resource> objects = new ArrayList<>();
    List<NotJudged> unreadable = new ArrayList<>();
    Set<Kind> whole = new HashSet<>();
    Set<Kind> missing = new HashSet<>();
    Map<Kind, String> unread = new HashMap<>();
    Map<Kind, Set<String>> partly = new HashMap<>();
    for (Kind kind : kinds) {
      watcher.kind(kind, kinds.size());
      Optional<String> version = served.version(kind);
      if (version.isEmpty()) {
        missing.add(kind);
        continue;
      }
      Pages pages = new Pages(client, kind, version.get(), compactor);
      try {
        Pages.Listed all = pages.all();
        objects.addAll(all.objects());
        unreadable.addAll(all.unread());
        whole.add(kind);
      } catch (KubernetesClientException e) {
        unread.put(kind, reason(e));
        if (forbidden(e)) {
          partly.put(kind, allowed(pages, near, objects, unreadable));
        }
      }
    }
    return ClusterSnapshot.of(
        objects, whole, missing, unread, partly, unreadable, machines, policy);
  }

  /** Adds what may be listed in namespaces, and returns which these are. */
  private static Set<String> allowed(
      Pages pages, Set<String> near, List<Resource> objects, List<NotJudged> unreadable) {
    Set<String> read = new HashSet<>();
    for (String namespace : near) {
      try {
        Pages.Listed here = pages.near(namespace);
        objects.addAll(here.objects());
        unreadable.addAll(here.unread());
        read.add(namespace);
      } catch (KubernetesClientException e) {
        if (!forbidden(e)) {
          throw e;
        }
      }
    }
    return read;
  }

  private LiveFacts.Machines machines() {
    String kubernetes = client.getKubernetesVersion().getGitVersion();
    LiveFacts.Machines machines = new LiveFacts.Machines(kubernetes, Versions.UNKNOWN);
    try {
      return machines.withKubelets(Kubelets.versions(client));
    } catch (KubernetesClientException e) {
      return machines;
    }
  }

  private static boolean forbidden(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
  }

  private static String reason(KubernetesClientException e) {
    if (forbidden(e)) {
      return "no right to list them in all namespaces";
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }
}
