package io.meshguard.istio;

import io.meshguard.istio.Revisions.Injector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Pod gets a sidecar. Where the injection webhooks are known, their own selectors decide;
 * else the labels do, as the charts' selectors have it since 1.10; then istiod's own rules (istio
 * pkg/kube/inject/inject.go {@code injectRequired} @1.30.3).
 */
public final class Injection {

  /** Kinds that the decision is read from. */
  public static final Set<Kind> READS = Set.of(Kind.NAMESPACE, Kind.MUTATING_WEBHOOK_CONFIGURATION);

  /** Label, and before 1.10 annotation, by which a Pod asks for or refuses injection. */
  public static final String INJECT = "sidecar.istio.io/inject";

  /** Label by which a namespace or Pod joins ambient mode. */
  public static final String DATAPLANE_MODE = "istio.io/dataplane-mode";

  /** Value of {@link #DATAPLANE_MODE} that means ambient mode. */
  public static final String AMBIENT = "ambient";

  private static final Set<String> IGNORED =
      Set.of("kube-system", "kube-public", "kube-node-lease", "local-path-storage");
  private static final Set<String> OLD_YES = Set.of("y", "yes", "true", "on");
  private static final Version EXACT_SINCE = Version.of("1.27");
  private static final Version LABEL_WINS_SINCE = Version.of("1.13");
  private static final VersionRange NO_POD_LABELS = VersionRange.before("1.9");
  private static final VersionRange MAYBE_POD_LABELS = VersionRange.before("1.10");

  private final Mesh mesh;
  private final Revisions revisions;

  /** Makes a view of a mesh. */
  public Injection(Mesh mesh) {
    this.mesh = mesh;
    this.revisions = Revisions.of(mesh);
  }

  /** Whether a Pod gets a sidecar. */
  public enum InjectionResult {
    /** It does. */
    INJECTED,
    /** Its labels ask for it, and nothing that is known speaks against it. */
    PRESUMED,
    /** It does not. */
    NOT_INJECTED,
    /** That cannot be told. */
    UNKNOWN
  }

  /** What decides. */
  public enum Reason {
    /** The Pod shares the network of its node. */
    HOST_NETWORK,
    /** Istio leaves the namespace alone. */
    SYSTEM_NAMESPACE,
    /** The Pod refuses injection. */
    POD_REFUSES,
    /** The namespace's {@code istio-injection} is something other than {@code enabled}. */
    NAMESPACE_LABEL,
    /** Only a default revision would hear what is asked, and there is none. */
    NO_DEFAULT,
    /** What is asked for is no revision. */
    NO_SUCH_REVISION,
    /** Only labels of Pods ask for it, and nothing looks at those. */
    POD_LABELS,
    /** Neither namespace nor Pod has a label that asks for injection. */
    NOT_ASKED,
    /** A webhook takes the Pod, or would by its labels. */
    LABELS
  }

  /**
   * The decision on a Pod.
   *
   * @param outcome whether it gets a sidecar
   * @param reason what decides
   * @param revision the revision that injects, if it does; empty where not known
   */
  public record Decision(InjectionResult outcome, Reason reason, Optional<String> revision) {

    /** Returns whether a sidecar is to be expected. */
    public boolean expected() {
      return outcome == InjectionResult.INJECTED || outcome == InjectionResult.PRESUMED;
    }

    /** Returns whether there is surely no sidecar. */
    public boolean ruledOut() {
      return outcome == InjectionResult.NOT_INJECTED;
    }
  }

  /** Returns the revisions of the mesh. */
  public Revisions revisions() {
    return revisions;
  }

  /** Returns whether Istio never injects in a namespace. */
  public static boolean ignores(String namespace) {
    return IGNORED.contains(namespace);
  }

  /** Returns the labels of a namespace; empty where the namespace is not known. */
  public Optional<Map<String, String>> namespaceLabels(String namespace) {
    return Namespaces.labels(namespace, mesh);
  }

  /** Returns the decision on a Pod without labels in a namespace with these labels. */
  public Decision decide(Map<String, String> namespaceLabels) {
    return byLabels(namespaceLabels, Map.of());
  }

  /** Returns the decision on the Pods of a workload. */
  public Decision decide(Workload workload) {
    if (workload.template().hostNetwork()) {
      return no(Reason.HOST_NETWORK);
    }
    if (ignores(workload.namespace())) {
      return no(Reason.SYSTEM_NAMESPACE);
    }
    Map<String, String> pod = workload.labels();
    if ("false".equals(pod.get(INJECT))) {
      return no(Reason.POD_REFUSES);
    }
    Optional<Map<String, String>> namespace = namespaceLabels(workload.namespace());
    Decision decision = namespace.isPresent() ? byLabels(namespace.get(), pod) : byPodAlone(pod);
    return decision.ruledOut() ? decision : askIstiod(decision, workload);
  }

  /** Returns whether the Pods of a workload are surely outside the mesh, ambient mode included. */
  public boolean leavesOut(Workload workload) {
    return !workload.hasSidecar() && !ambient(workload) && decide(workload).ruledOut();
  }

  /** Returns whether labels put the Pods of a workload into ambient mode. */
  public boolean ambient(Workload workload) {
    String own = workload.labels().get(DATAPLANE_MODE);
    if (own != null) {
      return own.equals(AMBIENT);
    }
    return namespaceLabels(workload.namespace())
        .filter(labels -> AMBIENT.equals(labels.get(DATAPLANE_MODE)))
        .isPresent();
  }

  /** Returns the versions of Istio that the sidecars of a decision may have. */
  public Versions versions(Decision decision) {
    return decision
        .revision()
        .flatMap(name -> Optional.ofNullable(mesh.facts().revisions().get(name)))
        .map(Versions::of)
        .orElse(mesh.facts().istio());
  }

  private Decision byPodAlone(Map<String, String> pod) {
    boolean asks = "true".equals(pod.get(INJECT)) || pod.containsKey(Revisions.REVISION);
    return new Decision(
        asks ? InjectionResult.PRESUMED : InjectionResult.UNKNOWN,
        asks ? Reason.LABELS : Reason.NOT_ASKED,
        Optional.ofNullable(pod.get(Revisions.REVISION)));
  }

  private Decision byLabels(Map<String, String> namespace, Map<String, String> pod) {
    Optional<Injector> injector = revisions.injector(namespace, pod);
    if (injector.isPresent()) {
      return new Decision(
          InjectionResult.INJECTED, Reason.LABELS, injector.map(Injector::revision));
    }
    Decision table = byTable(namespace, pod);
    if (table.ruledOut()) {
      return table;
    }
    boolean byPod =
        !namespace.containsKey(Revisions.INJECTION) && !namespace.containsKey(Revisions.REVISION);
    if (!revisions.known()) {
      return byPod ? beforePodLabels(table) : table;
    }
    Optional<String> asked = table.revision();
    boolean served = asked.map(revisions.names()::contains).orElseGet(revisions::hasDefault);
    if (byPod && served) {
      return no(Reason.POD_LABELS);
    }
    return no(asked.isPresent() ? Reason.NO_SUCH_REVISION : Reason.NO_DEFAULT);
  }

  /** Labels of Pods are looked at since 1.10, and in 1.9 if the installation chose to. */
  private Decision beforePodLabels(Decision asked) {
    Versions istio = mesh.facts().istio();
    if (istio.in(NO_POD_LABELS) == Applicability.EVERYWHERE) {
      return no(Reason.POD_LABELS);
    }
    return istio.in(MAYBE_POD_LABELS) == Applicability.NOWHERE || istio.known().isEmpty()
        ? asked
        : new Decision(InjectionResult.UNKNOWN, asked.reason(), asked.revision());
  }

  /**
   * Returns whether a Pod with these labels gets a sidecar in a namespace with these, as far as
   * labels decide.
   */
  public Decision decide(Map<String, String> namespaceLabels, Map<String, String> podLabels) {
    return byLabels(namespaceLabels, podLabels);
  }

  /** What the labels ask for, if every revision that they name exists. */
  private static Decision byTable(Map<String, String> namespace, Map<String, String> pod) {
    String injection = namespace.get(Revisions.INJECTION);
    if (injection != null) {
      return injection.equals("enabled")
          ? new Decision(InjectionResult.PRESUMED, Reason.LABELS, Optional.empty())
          : no(Reason.NAMESPACE_LABEL);
    }
    String revision = namespace.getOrDefault(Revisions.REVISION, pod.get(Revisions.REVISION));
    if (revision != null) {
      return new Decision(InjectionResult.PRESUMED, Reason.LABELS, Optional.of(revision));
    }
    return "true".equals(pod.get(INJECT))
        ? new Decision(InjectionResult.PRESUMED, Reason.LABELS, Optional.empty())
        : no(Reason.NOT_ASKED);
  }

  private Decision askIstiod(Decision decision, Workload workload) {
    Cursor label = workload.template().label(INJECT);
    Cursor annotation = workload.template().annotation(INJECT);
    Versions versions = versions(decision);
    Set<Boolean> answers =
        versions.known().stream()
            .map(v -> injects(v, label.text().orElse(null), annotation.text("")))
            .collect(Collectors.toSet());
    if (answers.isEmpty()) {
      answers = Set.of(injects(EXACT_SINCE, label.text().orElse(null), annotation.text("")));
    }
    if (answers.size() > 1) {
      return new Decision(InjectionResult.UNKNOWN, decision.reason(), decision.revision());
    }
    return answers.contains(true) ? decision : no(Reason.POD_REFUSES);
  }

  private static boolean injects(Version version, @Nullable String label, String annotation) {
    String value = label == null || version.isBefore(LABEL_WINS_SINCE) ? annotation : label;
    if (version.isBefore(EXACT_SINCE)) {
      return value.isEmpty() || OLD_YES.contains(value.toLowerCase(Locale.ROOT));
    }
    return !value.equals("false");
  }

  private static Decision no(Reason reason) {
    return new Decision(InjectionResult.NOT_INJECTED, reason, Optional.empty());
  }
}
