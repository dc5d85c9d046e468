package io.meshguard.cli;

import io.meshguard.files.Manifests;
import io.meshguard.istio.ClusterDomain;
import io.meshguard.lint.CheckContext;
import io.meshguard.lint.Variants;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
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
            ? LiveWorld.read(options, given, around, infos, policy.general(), context, progress)
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

  /** Tells what makes the answer doubtful. */
  void tell(Console console) {
    errors.forEach(error -> console.note(error.toString()));
    Notes notes = new Notes(console);
    notes.twice(repeated.stream().flatMap(List::stream).toList());
    unread.forEach((kind, why) -> console.tell("trace.unread", ForeignText.of(why), kind));
  }
}
