package io.meshguard.rules.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.dataplane.DataPlane;
import io.meshguard.dataplane.HttpConnection;
import io.meshguard.dataplane.PodSpec;
import io.meshguard.dataplane.RawRequest;
import io.meshguard.dataplane.RequiresDataPlane;
import io.meshguard.dataplane.Scene;
import io.meshguard.dataplane.SimulatedPod;
import io.meshguard.dataplane.World;
import io.meshguard.logic.Ternary;
import io.meshguard.match.Evaluator;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.ObjectMesh;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.route.Delegates;
import io.meshguard.route.MatchReader;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.Report;
import io.meshguard.rules.routing.RandomWorld.Entry;
import io.meshguard.rules.routing.RandomWorld.Host;
import io.meshguard.rules.routing.RouteTable.RouteMatch;
import io.meshguard.traffic.GatewayNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Asks real Envoys, configured by a real istiod, which route takes a request, and compares with
 * what the prover says of the same objects. {@code -Dmeshguard.seed=N} asks other questions, {@code
 * -Dmeshguard.requests=N} more.
 */
@RequiresDataPlane
final class ProverDataPlaneIT {
  private static final int HOSTS = 320;
  private static final long SEED = Long.getLong("meshguard.seed", 20261130);
  private static final int REQUESTS = Integer.getInteger("meshguard.requests", 6_000);
  private static final String GATEWAYS =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata:
        name: first
        namespace: istio-system
      spec:
        selector:
          istio: ingressgateway
        servers:
        - port: {number: 80, name: http, protocol: HTTP}
          hosts: ["*"]
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata:
        name: second
        namespace: istio-system
      spec:
        selector:
          istio: ingressgateway
        servers:
        - port: {number: 8080, name: http, protocol: HTTP}
          hosts: ["*"]
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: anything
        namespace: shop
      spec:
        selector:
          app: anything
        ports:
        - name: http
          port: 80
          targetPort: 8080
      """;

  private final DataPlane plane;

  ProverDataPlaneIT(DataPlane plane) {
    this.plane = plane;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.36.4", "1.40.0"})
  void envoyTakesTheRouteThatTheProverSays(String envoy) throws Exception {
    Random random = new Random(SEED);
    RandomWorld worlds = new RandomWorld(random);
    List<Host> hosts = new ArrayList<>();
    StringBuilder yaml = new StringBuilder(GATEWAYS);
    for (int i = 0; i < HOSTS; i++) {
      Host host = worlds.next(i);
      hosts.add(host);
      host.objects().forEach(object -> yaml.append("---\n").append(object).append('\n'));
    }
    plane.useEnvoy(envoy);
    World world =
        World.of(List.of(yaml.toString()))
            .with(PodSpec.client("shop", "a"))
            .with(PodSpec.client("shop", "b"))
            .with(PodSpec.client("shop", "z"));
    try (Scene scene = plane.open(world);
        Callers callers = new Callers(scene)) {
      Prover prover = new Prover(scene.stored());
      // Envoy before 1.39 reads a header that is sent twice as one text.
      boolean repeated = !envoy.startsWith("1.36");
      List<String> differences = new ArrayList<>();
      int unknown = 0;
      Map<String, Set<Integer>> reached = new HashMap<>();
      for (int i = 0; i < REQUESTS; i++) {
        Host host = hosts.get(i % hosts.size());
        Entry entry = host.entries().get(random.nextInt(host.entries().size()));
        Request request = worlds.request(host, entry, repeated);
        int status = callers.send(entry, request);
        reached.computeIfAbsent(host.host(), key -> new HashSet<>()).add(status);
        OptionalInt expected = prover.status(host, request);
        if (expected.isEmpty()) {
          unknown++;
        } else if (expected.getAsInt() != status) {
          differences.add(
              "%s at %s: Envoy %d, prover %d%n%s"
                  .formatted(request, entry, status, expected.getAsInt(), host.objects()));
        }
      }
      assertThat(differences.stream().limit(3))
          .as("%d differences of %d requests", differences.size(), REQUESTS)
          .isEmpty();
      assertThat(unknown).as("requests that the prover does not decide").isLessThan(REQUESTS / 20);
      int dead = 0;
      for (Host host : hosts) {
        for (int status : prover.unreachable(host)) {
          dead++;
          assertThat(reached.get(host.host())).as(host.objects().toString()).doesNotContain(status);
        }
      }
      assertThat(dead).as("routes called unreachable").isGreaterThan(HOSTS / 10);
      int witnesses = 0;
      for (Host host : hosts) {
        for (Prover.Told told : prover.witnesses(host)) {
          if (!repeated && told.repeats()) {
            continue;
          }
          witnesses++;
          assertThat(callers.send(told.entry(), told.request()))
              .as("%s is sent to %s%n%s", told.request(), told.entry(), host.objects())
              .isEqualTo(told.status());
        }
      }
      assertThat(witnesses).as("printed witnesses").isGreaterThan(HOSTS / 10);
      System.out.printf(
          "Envoy %s: %d requests over %d hosts, %d undecided; %d routes called unreachable, %d"
              + " witnesses%n",
          envoy, REQUESTS, HOSTS, unknown, dead, witnesses);
    }
  }

  /** Connections that are kept, one for each place where requests come in. */
  private static final class Callers implements AutoCloseable {
    private final Scene scene;
    private final Map<Entry, HttpConnection> connections = new HashMap<>();

    Callers(Scene scene) {
      this.scene = scene;
    }

    int send(Entry entry, Request request) throws IOException {
      StringBuilder target = new StringBuilder(request.path());
      request
          .query()
          .forEach(
              (name, value) ->
                  target.append(target.indexOf("?") < 0 ? '?' : '&').append(name + "=" + value));
      RawRequest raw =
          RawRequest.get(request.authority(), target.toString()).withMethod(request.method());
      for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
        for (String value : header.getValue()) {
          raw = raw.with(header.getKey(), value);
        }
      }
      return connection(entry).send(raw).status();
    }

    private HttpConnection connection(Entry entry) throws IOException {
      HttpConnection connection = connections.get(entry);
      if (connection == null) {
        connection = connect(entry);
        connections.put(entry, connection);
      }
      return connection;
    }

    private HttpConnection connect(Entry entry) throws IOException {
      if (entry.gateway().equals("mesh")) {
        return scene.connect(scene.pod("shop", entry.app()), "anything", entry.port());
      }
      SimulatedPod gateway = scene.pod("istio-system", "gateway");
      return scene.connect(scene.pod("shop", "anything"), gateway.address(), entry.port());
    }

    @Override
    public void close() {
      connections.values().forEach(HttpConnection::close);
    }
  }

  /** What the code under test says of the stored objects. */
  private static final class Prover {
    private static final Versions ISTIO = new Versions(Set.of(Version.of("1.31")), true);

    private final Map<String, Resource> roots = new TreeMap<>();
    private final Mesh mesh;
    private final Evaluator evaluator = new Evaluator();

    /** A request that a finding shows, where it comes in, and the entry that it says takes it. */
    record Told(Entry entry, Request request, int status) {
      boolean repeats() {
        return request.headers().values().stream().anyMatch(values -> values.size() > 1);
      }
    }

    Prover(List<JsonNode> stored) {
      List<Resource> objects = new ArrayList<>();
      for (JsonNode tree : stored) {
        Resource object = Resource.of(tree, "default", Origin.NONE);
        objects.add(object);
        roots.put(object.name(), object);
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
    }

    private Resource root(JsonNode object) {
      return Objects.requireNonNull(roots.get(object.at("/metadata/name").asText()));
    }

    /**
     * Returns the status of the entry that takes a request, 404 for none, or nothing if unknown.
     */
    OptionalInt status(Host host, Request request) {
      List<Candidate> candidates = new ArrayList<>();
      List<Candidate> last = new ArrayList<>();
      for (JsonNode object : host.objects()) {
        if (object.at("/spec/hosts").size() > 0) {
          // What takes everything comes behind the routes of all others at a gateway, and of the
          // same object nothing comes behind it (Istio core/gateway.go and core/route/route.go).
          for (Candidate each : candidates(root(object))) {
            // Where and from whom is decided when the routes are made; such a match is not there.
            if (each.takesAll() && evaluator.matches(each.match(), request) == Ternary.TRUE) {
              last.add(each);
              break;
            }
            candidates.add(each);
          }
        }
      }
      candidates.addAll(last);
      // A sidecar for which no route is made knows no such host, and passes requests for it on.
      if ("mesh".equals(request.gateway())
          && candidates.stream().noneMatch(each -> each.isMadeFor(request))) {
        return OptionalInt.of(200);
      }
      for (Candidate candidate : candidates) {
        Ternary answer = evaluator.matches(candidate.match(), request);
        if (answer == Ternary.UNKNOWN) {
          return OptionalInt.empty();
        }
        if (answer == Ternary.TRUE) {
          return OptionalInt.of(candidate.status());
        }
      }
      return OptionalInt.of(404);
    }

    private record Candidate(RequestMatch match, Cursor at, boolean whole, int status) {
      /** Where and from whom is decided when the routes are made. */
      boolean isMadeFor(Request request) {
        JsonNode node = at.node();
        JsonNode gateways = node.path("gateways");
        JsonNode app = node.at("/sourceLabels/app");
        return (gateways.isEmpty() || gateways.toString().contains("\"mesh\""))
            && (app.isMissingNode()
                || !gateways.isEmpty()
                || app.asText().equals(request.sourceLabels().get("app")))
            && (!node.has("port") || Objects.equals(node.path("port").asInt(), request.port()));
      }

      boolean takesAll() {
        if (!whole) {
          return false;
        }
        JsonNode node = at.node();
        for (String field :
            List.of("headers", "withoutHeaders", "queryParams", "method", "authority", "scheme")) {
          if (!node.path(field).isEmpty()) {
            return false;
          }
        }
        JsonNode uri = node.path("uri");
        return uri.isEmpty()
            || uri.path("prefix").asText().equals("/")
            || uri.path("regex").asText().equals(".*");
      }
    }

    private List<Candidate> candidates(Resource root) {
      List<Candidate> candidates = new ArrayList<>();
      for (List<RouteMatch> route : read(root)) {
        for (RouteMatch match : route) {
          List<Cursor> leaves = new Delegates(root, mesh).routes(match.routeAt()).orElse(List.of());
          for (int i = 0; i < match.ways().size(); i++) {
            // A route that delegates has a way for each match of each route of the delegate.
            Cursor answering = leaves.isEmpty() ? match.routeAt() : leafOf(leaves, i);
            int status = (int) answering.at("directResponse", "status").integer().orElse(0);
            // The root's match of a route that delegates is only half of the condition.
            candidates.add(
                new Candidate(match.ways().get(i), match.at(), leaves.isEmpty(), status));
          }
        }
      }
      return candidates;
    }

    private static Cursor leafOf(List<Cursor> leaves, int way) {
      int left = way;
      for (Cursor leaf : leaves) {
        int matches = Math.max(1, leaf.at("match").each().size());
        if (left < matches) {
          return leaf;
        }
        left -= matches;
      }
      throw new IllegalStateException("a way of no leaf");
    }

    private List<List<RouteMatch>> read(Resource root) {
      MatchReader reader = new MatchReader(GatewayNames.of(root), ISTIO);
      return RouteReader.http(reader, new Delegates(root, mesh))
          .read(root.at("spec", "http").each());
    }

    /** Returns the statuses of entries of which no match is ever met. */
    Set<Integer> unreachable(Host host) {
      Set<Integer> statuses = new HashSet<>();
      for (JsonNode object : host.objects()) {
        Resource root = root(object);
        if (!root.at("spec", "hosts").isNonEmpty()) {
          continue;
        }
        RouteTable table = RouteTable.of(read(root), host.host());
        for (List<Integer> route : table.byRoute()) {
          boolean delegates = table.places().get(route.get(0)).routeAt().at("delegate").isPresent();
          if (!delegates && route.stream().allMatch(table::dead)) {
            statuses.add(status(table.places().get(route.get(0)).routeAt()));
          }
        }
      }
      return statuses;
    }

    private static int status(Cursor route) {
      return (int) route.at("directResponse", "status").integer().orElse(0);
    }

    /** Returns the requests that findings of unreachable-route show. */
    List<Told> witnesses(Host host) {
      List<Told> all = new ArrayList<>();
      for (JsonNode object : host.objects()) {
        Resource root = root(object);
        Report report = new Report(new UnreachableRoute(), root, Parameters.NONE);
        new UnreachableRoute().check(root, mesh, report);
        for (Finding finding : report.findings()) {
          finding.witness().ifPresent(json -> told(host, root, json).ifPresent(all::add));
        }
      }
      return all;
    }

    private Optional<Told> told(Host host, Resource root, JsonNode json) {
      if (!json.path("authority").isTextual() || json.at("/headers").toString().contains("***")) {
        return Optional.empty();
      }
      Resource owner =
          json.has("takenByObject")
              ? Objects.requireNonNull(roots.get(json.at("/takenByObject/name").asText()))
              : root;
      JsonNode taker = owner.tree().at(json.path("takenBy").asText());
      if (!taker.has("directResponse")) {
        return Optional.empty();
      }
      Map<String, List<String>> headers = new TreeMap<>();
      for (Map.Entry<String, JsonNode> header : json.path("headers").properties()) {
        List<String> values = new ArrayList<>();
        if (header.getValue().isArray()) {
          header.getValue().forEach(value -> values.add(value.asText()));
        } else {
          values.add(header.getValue().asText());
        }
        headers.put(header.getKey(), values);
      }
      Map<String, String> query = new TreeMap<>();
      json.path("query").properties().forEach(q -> query.put(q.getKey(), q.getValue().asText()));
      String app = json.at("/sourceLabels/app").asText();
      Entry entry = null;
      for (Entry each : host.entries()) {
        boolean port = json.path("port").isNull() || json.path("port").asInt() == each.port();
        boolean gateway =
            !json.path("gateway").isTextual()
                || json.path("gateway").asText().equals(each.gateway());
        boolean client = app.equals(each.app()) || (app.isEmpty() && each.app().equals("z"));
        if (entry == null && port && gateway && client) {
          entry = each;
        }
      }
      if (entry == null) {
        return Optional.empty();
      }
      Request request =
          new Request(
              json.path("method").asText(),
              json.path("path").asText(),
              json.path("authority").asText(),
              "http",
              headers,
              query,
              entry.port(),
              Map.of(),
              null,
              entry.gateway());
      return Optional.of(new Told(entry, request, taker.at("/directResponse/status").asInt()));
    }
  }
}
