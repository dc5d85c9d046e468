package io.meshguard.expect;

import io.meshguard.deadline.Deadline;
import io.meshguard.expect.RouteTest.Entry;
import io.meshguard.mesh.Mesh;
import io.meshguard.route.Proxy;
import io.meshguard.rule.Message;
import io.meshguard.trace.Call;
import io.meshguard.trace.Entries;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.Tracer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs route tests on a mesh. Not for use by several threads at once. */
public final class TestRunner {

  /** Names of entries that are told of where one is not there. */
  private static final int MOST_KNOWN = 10;

  private final Mesh mesh;
  private final Tracer tracer;
  private final Entries entries;
  private final Map<Entry, Entries.Found> found = new HashMap<>();
  private final Map<String, TraceResult> traced = new HashMap<>();

  /** Makes a runner for a mesh. */
  public TestRunner(Mesh mesh) {
    this.mesh = mesh;
    this.tracer = new Tracer(mesh);
    this.entries = new Entries(mesh);
  }

  /** Returns what is found of a test. */
  public Judgement run(RouteTest test) {
    Deadline.check();
    Entries.Found at = found.computeIfAbsent(test.entry(), this::find);
    if (at instanceof Entries.NoProxies none) {
      return Judgement.unusable(test, unknown(test.entry(), none));
    }
    List<TraceResult> results = new ArrayList<>();
    for (Proxy proxy : ((Entries.Proxies) at).all()) {
      results.add(trace(proxy, test.call()));
    }
    return Judge.judge(test, results);
  }

  /** Returns requests that come to the routes of the mesh. */
  public List<RequestFinder.Found> requests() {
    return RequestFinder.find(mesh, tracer, entries);
  }

  private Entries.Found find(Entry entry) {
    return entry.type() == Entry.Type.AT
        ? entries.gateway(entry.text())
        : entries.sidecar(entry.text());
  }

  private TraceResult trace(Proxy proxy, Call call) {
    return traced.computeIfAbsent(
        proxy.title() + " " + proxy.labels() + " " + call, key -> tracer.trace(proxy, call));
  }

  private static Message unknown(Entry entry, Entries.NoProxies none) {
    String kind = entry.type() == Entry.Type.AT ? "at" : "from";
    if (none.similar().isPresent()) {
      return Problem.say("entry." + kind + ".meant", entry.text(), none.similar().get());
    }
    String known = String.join(", ", none.known().stream().limit(MOST_KNOWN).toList());
    return known.isEmpty()
        ? Problem.say("entry." + kind + ".empty", entry.text())
        : Problem.say("entry." + kind, entry.text(), known);
  }
}
