package io.meshguard.policy;

import io.meshguard.engine.Settings.Gitops;
import io.meshguard.mesh.MeshFacts.Platform;
import io.meshguard.mesh.Version;
import io.meshguard.rule.Language;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a policy decides for all rules alike, but for {@link Enforcement}.
 *
 * @param language language of messages where no override names one
 * @param contact whom to ask; empty for nobody
 * @param docsUrl address that a rule's id is appended to; empty for no links
 * @param istioVersion versions of Istio
 * @param kubernetesVersion version of the API server; empty where it is to be found out
 * @param platform what the cluster runs on; empty where it is to be found out
 * @param clusters whether the mesh spans several clusters
 * @param dryRunEnforced whether a dry run that would be refused is refused
 * @param dryRunEnforceFor requesters whose dry runs are refused in any case
 * @param gitops what becomes of fixes on objects that are kept in Git
 * @param ratchet whether what the stored object already had is never refused
 * @param stamp whether a patched object names the rules that patched it
 * @param selfService whether an annotation on an object exempts it from denials too
 * @param disclose what messages may tell of other namespaces
 * @param meshNamespaces the mesh's root namespaces
 * @param controllers service accounts of controllers, besides those of Kubernetes itself
 * @param announceRouteChanges whether whoever updates routes is told which requests that moves
 * @param teamLabel label that names the team of an object which no tool owns
 * @param argoCdNamespace namespace of Argo CD, where applications are that name none
 * @param rulesAsOf release whose rules are accepted; empty for the running one's predecessor
 */
public record General(
    Language language,
    String contact,
    String docsUrl,
    IstioVersion istioVersion,
    Optional<Version> kubernetesVersion,
    Optional<Platform> platform,
    Clusters clusters,
    boolean dryRunEnforced,
    List<Glob> dryRunEnforceFor,
    Gitops gitops,
    boolean ratchet,
    boolean stamp,
    boolean selfService,
    Disclose disclose,
    Set<String> meshNamespaces,
    List<ServiceAccountGlob> controllers,
    boolean announceRouteChanges,
    String teamLabel,
    String argoCdNamespace,
    Optional<Version> rulesAsOf) {

  /** What holds where a policy says nothing. */
  public static final General DEFAULT =
      new General(
          Language.EN,
          "",
          "",
          IstioVersion.AUTO,
          Optional.empty(),
          Optional.empty(),
          Clusters.AUTO,
          false,
          List.of(),
          Gitops.WARN,
          true,
          true,
          false,
          Disclose.OWN,
          Set.of("istio-system"),
          Stream.of("argo-rollouts/argo-rollouts", "flagger-system/flagger", "istio-system/flagger")
              .map(ServiceAccountGlob::of)
              .toList(),
          false,
          "app.kubernetes.io/part-of",
          "argocd",
          Optional.empty());

  public General {
    dryRunEnforceFor = List.copyOf(dryRunEnforceFor);
    meshNamespaces = Set.copyOf(meshNamespaces);
    controllers = List.copyOf(controllers);
  }

  /** Whether a mesh spans several clusters. */
  public enum Clusters {
    /** To be found out. */
    AUTO,
    /** One cluster: what is not here does not exist. */
    SINGLE,
    /** Several clusters: what is not here may be elsewhere. */
    MULTI
  }

  /** What messages may tell of objects in other namespaces. */
  public enum Disclose {
    /** Names only of what the requester's namespace may see in the mesh. */
    OWN,
    /** All names. */
    ALL
  }
}
