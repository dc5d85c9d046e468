package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.files.Manifests;
import io.meshguard.istio.ClusterDomain;
import io.meshguard.kube.ClusterReader;
import io.meshguard.kube.ClusterSnapshot;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Variants;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Versions;
import io.meshguard.policy.General;
import io.meshguard.policy.Policy;
import io.meshguard.report.InputError;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects that a question is about, as a mesh.
 *
 * @param mesh the mesh
 * @param objects the objects of files, without those around them
 * @param around the objects around them
 * @param context what was said beforehand
 * @param errors what could not be read
 * @param unread kinds of which not all objects of a cluster could be read, with the reason
 * @param repeated objects that are defined several times, and not always the same
 */
record World(
    Mesh mesh,
    List<Resource> objects,
    List<Resource> around,
    CheckContext context,
    List<InputError> errors,
    Map<String, String> unread,
    List<List<Resource>> repeated) {

  /**
   * Kinds of which files are taken to hold everything that matters: nobody refers to such an object
   * by its name, so without that nothing could be said.
   */
  private static final Set<Kind> WHOLE =
      Set.of(
          Kind.VIRTUAL_SERVICE,
          Kind.GATEWAY,
          Kind.SIDECAR,
          Kind.ENVOY_FILTER,
          Kind.HTTP_ROUTE,
          Kind.GATEWAY_API_GATEWAY);

  /** Returns whether the answer may be another than that of these objects. */
  boolean doubtful() {
    return !errors.isEmpty() || !repeated.isEmpty() || !unread.isEmpty();
  }

  /** Reads what options and paths name. */
  static World read(WorldOptions options, List<String> paths, List<Rule> rules, Console console) {
    if (paths.isEmpty() && options.meshPaths.isEmpty() && !options.live()) {
      throw new UnusableException("world.none");
    }
    List<RuleInfo> infos = rules.stream().map(Rule::info).toList();
    Policy policy =
        new PolicyFile(infos, console)
            .policy(Optional.ofNullable(options.policy), console.language());
    CheckContext context =
        CheckContext.of(policy, options.istioVersions, options.kubernetesVersions);
    ConsoleProgress progress = new ConsoleProgress(console);
    Manifests given = Manifests.read(paths, options.namespace, console.input(progress));
    Manifests around =
        Manifests.read(options.meshPaths, options.namespace, console.input(progress));
    Set<InputError> errors = new LinkedHashSet<>(given.errors());
    errors.addAll(around.errors());
    World world =
        options.live()
            ? live(options, given, around, infos, policy.general(), context, progress)
            : ofFiles(
                given.objects(),
                around.objects(),
                context,
                options.closedWorld,
                List.copyOf(errors));
    progress.end();
    return world;
  }

  /** Makes the world of objects of files. */
  static World ofFiles(
      List<Resource> given,
      List<Resource> around,
      CheckContext context,
      boolean closed,
      List<InputError> errors) {
    List<Resource> all = new ArrayList<>(around);
    all.addAll(given);
    Mesh bare = new ObjectMesh(all, kind -> closed || WHOLE.contains(kind), context.facts());
    MeshFacts facts = ClusterDomain.of(bare).applyTo(context.facts());
    Mesh mesh = new ObjectMesh(all, kind -> closed || WHOLE.contains(kind), facts);
    Variants variants = Variants.among(given, around);
    List<List<Resource>> repeated =
        Variants.repeated(given).stream()
            .filter(some -> some.stream().anyMatch(variants::include))
            .toList();
    return new World(mesh, given, around, context, errors, Map.of(), repeated);
  }

  /** Objects of files stand in place of those of the cluster, as if they were applied. */
  private static World live(
      WorldOptions options,
      Manifests given,
      Manifests around,
      List<RuleInfo> infos,
      General general,
      CheckContext context,
      ConsoleProgress progress) {
    try (KubernetesClient client = ClusterReader.client(options.config())) {
      Set<Kind> kinds = ClusterReader.kinds(infos);
      ClusterSnapshot snapshot =
          new ClusterReader(client)
              .read(
                  kinds, List.of(), general, (kind, all) -> progress.step("progress.listing", all));
      List<Resource> all = new ArrayList<>(snapshot.objects());
      all.addAll(around.objects());
      all.addAll(given.objects());
      Map<String, String> unread = new TreeMap<>();
      snapshot.unread().forEach((kind, why) -> unread.put(kind.plural(), why));
      List<InputError> errors = new ArrayList<>(given.errors());
      errors.addAll(around.errors());
      return new World(
          mesh(snapshot, all, options, context),
          given.objects(),
          List.copyOf(all),
          context,
          errors,
          unread,
          List.of());
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private static Mesh mesh(
      ClusterSnapshot snapshot, List<Resource> all, WorldOptions options, CheckContext context) {
    MeshFacts facts = snapshot.facts();
    boolean said = !options.istioVersions.isEmpty() || facts.istio().known().isEmpty();
    return new ObjectMesh(
        all,
        kind -> snapshot.whole().contains(kind) || snapshot.missing().contains(kind),
        snapshot.unreadable().stream().map(one -> one.object().ref()).toList(),
        said ? with(facts, context.facts().istio()) : facts);
  }

  private static MeshFacts with(MeshFacts facts, Versions istio) {
    return new MeshFacts(
        istio,
        facts.revisions(),
        facts.kubernetes(),
        facts.kubelet(),
        facts.platform(),
        facts.multiCluster(),
        facts.rootNamespaces(),
        facts.clusterDomain(),
        facts.domainKnown());
  }

  /** Tells what makes the answer doubtful. */
  void tell(Console console) {
    errors.forEach(error -> console.note(error.toString()));
    Notes notes = new Notes(console);
    notes.twice(repeated.stream().flatMap(List::stream).toList());
    unread.forEach((kind, why) -> console.tell("trace.unread", ForeignText.of(why), kind));
  }
}
