package io.meshguard.upgrade;

import static io.meshguard.upgrade.DefaultChange.istio;

import io.meshguard.istio.Injection;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.NativeSidecars;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Changes that Pods show, and what injects into them. */
final class WorkloadChanges {

  private static final Version BY_KUBELET = Version.of("1.27");
  private static final String DNS_CAPTURE = "ambient.istio.io/dns-capture";

  /** What was read as true up to Istio 1.26, whatever its case. */
  private static final Set<String> TRUTHS = Set.of("y", "yes", "true", "on");

  private WorkloadChanges() {}

  static List<DefaultChange> all() {
    return List.of(
        istio(
                "ambient-dns-capture",
                "1.25",
                Impact.MEDIUM,
                "releasenotes/notes/ambient-dns-on.yaml@1.25.0",
                ambientKinds(),
                WorkloadChanges::ambient)
            .by("ambient.dnsCapture=false", "ambient.istio.io/dns-capture: \"false\""),
        istio(
            "native-sidecar-variable",
            "1.19",
            Impact.MEDIUM,
            "pilot/pkg/features/pilot.go@1.19.0",
            Workload.KINDS,
            (object, crossing) -> isTold(crossing) ? becomesNative(object, crossing) : List.of()),
        istio(
            "native-sidecar-annotation",
            "1.24",
            Impact.MEDIUM,
            "releasenotes/notes/native-sidecar-annotation.yaml@1.24.0",
            Workload.KINDS,
            (object, crossing) ->
                asks(object) && !isTold(crossing) ? becomesNative(object, crossing) : List.of()),
        istio(
                "native-sidecar",
                "1.27",
                Impact.MEDIUM,
                "releasenotes/notes/native-sidecar-default.yaml@1.27.0",
                Workload.KINDS,
                (object, crossing) ->
                    asks(object) || isTold(crossing) ? List.of() : becomesNative(object, crossing))
            .by("sidecar.istio.io/nativeSidecar: \"false\"")
            .keptBy(Flag.of("ENABLE_NATIVE_SIDECARS", "false")),
        new DefaultChange(
            "native-sidecar-kubelet",
            Product.KUBERNETES,
            Version.of("1.33"),
            Optional.empty(),
            Impact.MEDIUM,
            "istio/istio pkg/kube/inject/webhook.go@1.30.3",
            Workload.KINDS,
            (object, crossing) ->
                crossing.from().istio().isBefore(BY_KUBELET)
                    ? List.of()
                    : becomesNative(object, crossing),
            List.of("sidecar.istio.io/nativeSidecar: \"false\"")),
        istio(
                "inject-annotation",
                "1.27",
                Impact.HIGH,
                "pkg/kube/inject/inject.go@1.27.0",
                Workload.KINDS,
                WorkloadChanges::refused)
            .by("sidecar.istio.io/inject: \"false\""));
  }

  private static Set<Kind> ambientKinds() {
    Set<Kind> kinds = new HashSet<>(Workload.KINDS);
    kinds.add(Kind.NAMESPACE);
    return kinds;
  }

  /** Only new Pods are captured, so that it shows at their next start. */
  private static List<Cursor> ambient(Resource object, Crossing crossing) {
    if (object.kind().equals(Kind.NAMESPACE)) {
      Cursor label = object.at("metadata", "labels", Injection.DATAPLANE_MODE);
      return label.is(Injection.AMBIENT) ? List.of(label) : List.of();
    }
    return Workload.of(object)
        .map(Workload::template)
        .filter(template -> !template.annotation(DNS_CAPTURE).isPresent())
        .map(template -> template.label(Injection.DATAPLANE_MODE))
        .filter(label -> label.is(Injection.AMBIENT))
        .map(List::of)
        .orElse(List.of());
  }

  /** Where istiod is told so, sidecars are native from the release on that reads the variable. */
  private static boolean isTold(Crossing crossing) {
    List<String> values =
        new IstiodSettings(crossing.after()).environment("ENABLE_NATIVE_SIDECARS");
    return !values.isEmpty() && values.stream().allMatch("true"::equals);
  }

  /** What asks by an annotation has a native sidecar already from the release on that reads it. */
  private static boolean asks(Resource object) {
    return Workload.of(object)
        .filter(workload -> workload.template().annotation(NativeSidecars.ANNOTATION).is("true"))
        .isPresent();
  }

  private static List<Cursor> becomesNative(Resource object, Crossing crossing) {
    Optional<Workload> workload = Workload.of(object);
    boolean changes =
        workload.isPresent()
            && new Injection(crossing.before()).decide(workload.get()).expected()
            && classic(workload.get(), crossing.before()) == Applicability.EVERYWHERE
            && new Injection(crossing.after()).decide(workload.get()).expected()
            && classic(workload.get(), crossing.after()) == Applicability.NOWHERE;
    return changes ? List.of(workload.orElseThrow().template().at()) : List.of();
  }

  private static Applicability classic(Workload workload, Mesh mesh) {
    return new NativeSidecars(mesh).classic(workload.template(), mesh.facts().istio());
  }

  /** The label counts before the annotation; a namespace must ask, for the annotation cannot. */
  private static List<Cursor> refused(Resource object, Crossing crossing) {
    Optional<Workload> workload = Workload.of(object);
    if (workload.isEmpty() || workload.get().template().hostNetwork()) {
      return List.of();
    }
    Cursor annotation = workload.get().template().annotation(Injection.INJECT);
    String value = annotation.text("");
    Injection injection = new Injection(crossing.after());
    Optional<Map<String, String>> namespace = injection.namespaceLabels(object.namespace());
    boolean injected =
        !value.isEmpty()
            && !value.equals("false")
            && !TRUTHS.contains(value.toLowerCase(Locale.ROOT))
            && !workload.get().template().label(Injection.INJECT).isPresent()
            && !Injection.ignores(object.namespace())
            && namespace.filter(labels -> injection.decide(labels).expected()).isPresent();
    return injected ? List.of(annotation) : List.of();
  }
}
