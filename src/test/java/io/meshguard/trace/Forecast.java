package io.meshguard.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.dataplane.AccessLogLine;
import io.meshguard.dataplane.Header;
import io.meshguard.dataplane.PodSpec;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.route.Proxy;
import io.meshguard.trace.Call.Wire;
import io.meshguard.trace.Question.Transport;
import io.meshguard.trace.TraceResult.Branch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What trace says of the stored objects of a mesh, and whether that is what was seen. */
final class Forecast {
  private static final Versions ISTIO = new Versions(Set.of(Version.of("1.31")), true);

  private final Map<Question.Caller, Proxy> proxies = new HashMap<>();
  private final List<Resource> objects = new ArrayList<>();
  private final Mesh mesh;
  private final Tracer tracer;

  Forecast(List<JsonNode> stored, List<PodSpec> pods) {
    stored.forEach(tree -> objects.add(Resource.of(tree, "default", Origin.NONE)));
    for (PodSpec pod : pods) {
      Resource object = Resource.of(pod(pod), "default", Origin.NONE);
      objects.add(object);
      boolean gateway = pod.proxy() == PodSpec.Proxy.GATEWAY;
      proxies.put(
          new Question.Caller(pod.namespace(), pod.name(), gateway),
          new Proxy(
              gateway ? Proxy.Type.GATEWAY : Proxy.Type.SIDECAR,
              pod.namespace(),
              pod.name(),
              pod.labels(),
              Optional.of(object)));
    }
    MeshFacts facts =
        new MeshFacts(
            ISTIO,
            Map.of(),
            Versions.UNKNOWN,
            Versions.UNKNOWN,
            MeshFacts.Platform.OTHER,
            false,
            Set.of("istio-system"),
            "cluster.local");
    this.mesh = new ObjectMesh(objects, kind -> true, facts);
    this.tracer = new Tracer(mesh);
  }

  /** Returns the mesh. */
  Mesh mesh() {
    return mesh;
  }

  /** Returns its objects. */
  List<Resource> objects() {
    return objects;
  }

  private static JsonNode pod(PodSpec spec) {
    ObjectNode pod = Trees.object("v1", "Pod", spec.namespace(), spec.name());
    ObjectNode labels = pod.withObject("/metadata").putObject("labels");
    spec.labels().forEach(labels::put);
    var containers = Trees.spec(pod).putArray("containers");
    containers.addObject().put("name", "app").put("image", "meshguard.invalid/echo");
    if (spec.proxy() != PodSpec.Proxy.NONE) {
      containers.addObject().put("name", "istio-proxy").put("image", "meshguard.invalid/proxyv2");
    }
    pod.putObject("status").put("phase", "Running");
    return pod;
  }

  /** Returns what trace says of a request. */
  TraceResult of(Question question) {
    return tracer.trace(Objects.requireNonNull(proxies.get(question.from())), call(question));
  }

  static Call call(Question question) {
    boolean bytes = question.transport() == Transport.TCP;
    Wire wire =
        bytes
            ? Wire.TCP
            : switch (question.version()) {
              case "HTTP/1.0" -> Wire.HTTP_10;
              case "HTTP/2" -> Wire.HTTP_2;
              default -> Wire.HTTP_11;
            };
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Header header : question.headers()) {
      headers
          .computeIfAbsent(header.name().toLowerCase(Locale.ROOT), key -> new ArrayList<>())
          .add(header.value());
    }
    int mark = question.target().indexOf('?');
    String query = mark < 0 ? "" : question.target().substring(mark + 1);
    boolean tls = question.transport() == Transport.TLS;
    return new Call(
        wire,
        bytes ? "" : question.method(),
        bytes ? "" : tls ? "https" : "http",
        question.host(),
        question.port(),
        question.authority(),
        mark < 0 ? question.target() : question.target().substring(0, mark),
        query.isEmpty() ? Map.of() : Map.of("q", query.substring(2)),
        query,
        headers,
        Optional.of(question.serverName()).filter(name -> !name.isEmpty()),
        true);
  }

  /** Returns whether one of the outcomes of an answer is what was seen. */
  static boolean agrees(Branch branch, ObservedRequest seen) {
    return branch.shares().stream().anyMatch(share -> agrees(share.outcome(), seen));
  }

  private static boolean agrees(Outcome outcome, ObservedRequest seen) {
    if (outcome instanceof Outcome.Forwarded forwarded) {
      return forwarded.cluster().toString().equals(seen.cluster())
          && !seen.flags().contains("UH")
          && arrived(forwarded, seen);
    }
    if (outcome instanceof Outcome.PassedThrough) {
      return seen.cluster().equals("PassthroughCluster");
    }
    if (outcome instanceof Outcome.Redirected redirected) {
      return seen.status() == redirected.status()
          && seen.response().header("location").equals(redirected.location());
    }
    if (outcome instanceof Outcome.NoEndpoint none) {
      return none.cluster().toString().equals(seen.cluster()) && seen.flags().equals("UH");
    }
    if (outcome instanceof Outcome.Blocked blocked && !blocked.http()) {
      return seen.cluster().equals("BlackHoleCluster");
    }
    if (outcome instanceof Outcome.Refused refused) {
      return switch (refused.refusal()) {
        case NO_LISTENER, NO_NAME -> seen.log().isEmpty() && seen.status() == 0;
        default -> seen.status() == refused.status() || seen.status() == 0;
      };
    }
    if (outcome instanceof Outcome.Unusable || outcome instanceof Outcome.Opened) {
      return false;
    }
    return seen.status() == outcome.status() && seen.flags().equals(outcome.flag());
  }

  /** What was read as HTTP arrives as it was rewritten. */
  private static boolean arrived(Outcome.Forwarded forwarded, ObservedRequest seen) {
    boolean read = seen.log().map(AccessLogLine::status).orElse(0) > 0;
    if (!read || seen.server().isEmpty()) {
      return true;
    }
    String host = seen.header("host").isEmpty() ? seen.header(":authority") : seen.header("host");
    return seen.path().equals(forwarded.path())
        && host.equals(forwarded.authority())
        && (forwarded.workloads().isEmpty()
            || forwarded.workloads().stream().anyMatch(one -> answers(one, seen.pod())));
  }

  private static boolean answers(String workload, String pod) {
    String name = workload.substring(workload.indexOf('/') + 1);
    return pod.startsWith(name + ".");
  }
}
