package io.meshguard.expect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.expect.RequestFinder.Found;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Origin;
import io.meshguard.route.ClusterName;
import io.meshguard.trace.Call;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.Place;
import io.meshguard.trace.Step;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.TraceResult.Branch;
import io.meshguard.trace.TraceResult.Share;
import io.meshguard.yaml.Position;
import io.meshguard.yaml.YamlWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes tests that pin what becomes of requests today. */
public final class TestWriter {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ROUTE = "ROUTE";

  private final Map<Entry, ArrayNode> tests = new LinkedHashMap<>();
  private final Set<String> routes = new HashSet<>();
  private final Set<String> servers = new HashSet<>();
  private int count;

  private TestWriter() {}

  /**
   * What was written.
   *
   * @param text the text of the file; empty where there are no tests
   * @param tests how many tests that are
   */
  public record Written(String text, int tests) {}

  /** Returns tests for requests: one for each route of each entry, and one for each server. */
  public static Written write(List<Found> requests) {
    TestWriter writer = new TestWriter();
    requests.forEach(writer::add);
    StringBuilder text = new StringBuilder();
    YamlWriter yaml = new YamlWriter(false);
    writer.tests.forEach(
        (entry, list) -> {
          ObjectNode document = NODES.objectNode();
          document.put(entry.type() == Entry.Type.AT ? Keys.AT : Keys.FROM, entry.text());
          document.set(Keys.TESTS, list);
          text.append(text.length() == 0 ? "" : "---\n").append(yaml.write(document));
        });
    return new Written(text.toString(), writer.count);
  }

  private void add(Found request) {
    Branch branch = request.result().first();
    Optional<Place> route = route(branch);
    if (route.isEmpty() || branch.outcome() instanceof Outcome.Unusable) {
      return;
    }
    String place = route.get().object().ref() + " " + route.get().pointer();
    boolean isNewRoute = routes.add(request.entry() + " " + place);
    boolean isNewServer = servers.add(request.entry() + " " + server(request.call()));
    if (!isNewRoute && !isNewServer) {
      return;
    }
    ObjectNode expect = expectation(request.result(), branch);
    ObjectNode test = NODES.objectNode();
    test.put(Keys.NAME, route.get().object().ref().path() + " " + name(route.get()));
    test.put(Keys.REQUEST, request.written().line());
    headers(test, request.written());
    test.set(Keys.EXPECT, expect);
    if (holds(request, expect)) {
      tests.computeIfAbsent(request.entry(), entry -> NODES.arrayNode()).add(test);
      count++;
    }
  }

  /** A test that does not pass today would pin nothing. */
  private static boolean holds(Found request, ObjectNode expect) {
    List<Problem> problems = new ArrayList<>();
    TestNode node = new TestNode(Cursor.root(expect), Origin.NONE, "", problems::add);
    Expectation expectation = ExpectationReader.read(node, true);
    RouteTest test =
        new RouteTest("", new Position(1, 1), "", request.entry(), request.call(), expectation);
    return problems.isEmpty()
        && Judge.judge(test, List.of(request.result())).verdict() == Verdict.PASSED;
  }

  /** Servers of a gateway differ in port, in TLS, and in the hosts that they take. */
  private static String server(Call call) {
    String name = call.serverName().orElse("");
    return call.scheme() + " " + call.port() + " " + name;
  }

  private static Optional<Place> route(Branch branch) {
    return branch.steps().stream()
        .filter(step -> step.kind() == Step.Kind.ROUTE || step.kind() == Step.Kind.CHAIN)
        .flatMap(step -> step.places().stream())
        .findFirst();
  }

  /** {@code /spec/http/0/match/1} is {@code http[0].match[1]}. */
  private static String name(Place place) {
    StringBuilder name = new StringBuilder();
    for (String segment : place.pointer().toString().split("/")) {
      boolean isIndex = !segment.isEmpty() && segment.chars().allMatch(Character::isDigit);
      if (isIndex) {
        name.append('[').append(segment).append(']');
      } else if (!segment.isEmpty() && !segment.equals("spec")) {
        name.append(name.length() == 0 ? "" : ".").append(segment);
      }
    }
    return name.toString();
  }

  private static void headers(ObjectNode test, RequestText written) {
    if (written.headers().isEmpty()) {
      return;
    }
    ObjectNode headers = test.putObject(Keys.HEADERS);
    for (RequestText.Header header : written.headers()) {
      if (header.values().size() == 1) {
        headers.put(header.name(), header.values().get(0));
      } else {
        ArrayNode values = headers.putArray(header.name());
        header.values().forEach(values::add);
      }
    }
  }

  private static ObjectNode expectation(TraceResult result, Branch branch) {
    ObjectNode expect = NODES.objectNode();
    List<Share> shares = branch.shares();
    Outcome outcome = branch.outcome();
    if (shares.size() > 1) {
      weights(expect, shares);
    } else if (outcome instanceof Outcome.Forwarded forwarded) {
      destination(expect, forwarded.cluster());
    } else if (outcome instanceof Outcome.Redirected redirected) {
      expect.put(Keys.REDIRECT, redirected.location()).put(Keys.STATUS, redirected.status());
    } else if (outcome.status() > 0) {
      expect.put(Keys.STATUS, outcome.status());
      if (!outcome.flag().equals("-")) {
        expect.put(Keys.FLAG, outcome.flag());
      }
    } else {
      expect.put(Keys.OUTCOME, OutcomeWord.of(outcome).text());
    }
    limits(expect, branch);
    if (outcome instanceof Outcome.Forwarded forwarded) {
      rewrite(expect, result.call(), new BranchView(branch), forwarded);
    }
    boolean sure = result.branches().size() == 1 && result.doubts().isEmpty() && !result.cutShort();
    if (!sure) {
      expect.put(Keys.CERTAIN, false);
    }
    return expect;
  }

  private static void destination(ObjectNode expect, ClusterName cluster) {
    expect.put(Keys.HOST, cluster.host()).put(Keys.PORT, cluster.port());
    if (!cluster.subset().isEmpty()) {
      expect.put(Keys.SUBSET, cluster.subset());
    }
  }

  private static void weights(ObjectNode expect, List<Share> shares) {
    ObjectNode weights = NODES.objectNode();
    long left = 100;
    for (int i = 0; i < shares.size(); i++) {
      Optional<ClusterName> cluster = BranchView.cluster(shares.get(i).outcome());
      if (cluster.isEmpty()) {
        continue;
      }
      boolean last = i == shares.size() - 1;
      long share = last ? left : Math.round(shares.get(i).percent());
      String host = cluster.get().host();
      String subset = cluster.get().subset();
      weights.put(subset.isEmpty() ? host : host + "/" + subset, share);
      left -= share;
    }
    expect.set(Keys.WEIGHTS, weights);
  }

  private static void limits(ObjectNode expect, Branch branch) {
    BranchView view = new BranchView(branch);
    view.limit(0).filter(text -> !text.isEmpty()).ifPresent(text -> expect.put(Keys.TIMEOUT, text));
    boolean own = view.limit(3).filter(ROUTE::equals).isPresent();
    view.limit(1)
        .filter(text -> own)
        .ifPresent(text -> expect.put(Keys.RETRIES, Long.parseLong(text)));
  }

  private static void rewrite(
      ObjectNode expect, Call call, BranchView view, Outcome.Forwarded forwarded) {
    if (view.step(Step.Kind.REWRITE).isEmpty()) {
      return;
    }
    ObjectNode rewrite = expect.putObject(Keys.REWRITE).put(Keys.PATH, forwarded.path());
    if (!forwarded.authority().equals(call.authority())) {
      rewrite.put(Keys.AUTHORITY, forwarded.authority());
    }
  }
}
