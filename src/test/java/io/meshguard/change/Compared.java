package io.meshguard.change;

import io.meshguard.match.Budget;
import io.meshguard.match.Request;
import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.SampleFacts;
import io.meshguard.resource.Resource;
import java.util.List;
import java.util.stream.Collectors;

/** Comparisons of meshes that tests write as YAML. */
final class Compared {

  private Compared() {}

  static ChangeReport closed(String before, String after) {
    return of(before, after, true);
  }

  static ChangeReport open(String before, String after) {
    return of(before, after, false);
  }

  private static ChangeReport of(String before, String after, boolean complete) {
    List<Resource> was = Manifests.objects(before);
    List<Resource> is = Manifests.objects(after);
    return Comparison.of(
        mesh(was, complete),
        was,
        mesh(is, complete),
        is,
        () -> new Budget(100_000_000, 20_000_000, () -> false),
        groups -> {});
  }

  private static Mesh mesh(List<Resource> objects, boolean complete) {
    return new ObjectMesh(objects, kind -> complete, SampleFacts.istio("1.30.3"));
  }

  /** Returns a line for each change: request, before, after. */
  static List<String> lines(ChangeReport report) {
    return report.changes().stream().map(Compared::line).toList();
  }

  static String line(Change change) {
    return change.request().map(Compared::request).orElse(change.protocol().name())
        + (change.certain() ? "" : " maybe")
        + ": "
        + outcome(change.before())
        + " -> "
        + (change.isLimitsOnly() ? "limits " + limits(change) : outcome(change.after()));
  }

  private static String limits(Change change) {
    return change.limits().stream()
        .map(limit -> limit.name() + " " + limit.before() + " -> " + limit.after())
        .collect(Collectors.joining("; "));
  }

  static String request(Request request) {
    return request.method()
        + " "
        + request.scheme()
        + "://"
        + request.authority()
        + request.path()
        + (request.headers().isEmpty() ? "" : " " + request.headers());
  }

  private static String outcome(Outcome outcome) {
    if (outcome.kind() != Outcome.Kind.FORWARD) {
      return outcome.kind() + (outcome.status() == 0 ? "" : " " + outcome.status());
    }
    return outcome.shares().stream()
        .map(
            share ->
                (share.state() == Share.State.USABLE ? "" : share.state() + " ")
                    + share.cluster().host()
                    + ":"
                    + share.cluster().port()
                    + (share.cluster().subset().isEmpty() ? "" : "/" + share.cluster().subset()))
        .collect(Collectors.joining(" + "));
  }
}
