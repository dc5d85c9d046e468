package io.meshguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshguard.istio.Gateways;
import io.meshguard.istio.HostName;
import io.meshguard.istio.VirtualServices;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.route.Domains;
import io.meshguard.route.Proxy;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import io.meshguard.trace.AccessLogException;
import io.meshguard.trace.AccessLogLine;
import io.meshguard.trace.Call;
import io.meshguard.trace.LoggedCall;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.Tracer;
import io.meshguard.traceview.Severity;
import io.meshguard.traceview.TraceJson;
import io.meshguard.traceview.TraceMermaid;
import io.meshguard.traceview.TraceText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Traces calls, writes what becomes of them, and says with what code to end. */
final class TraceOutput {

  private static final int UNCERTAIN = 3;
  private static final int MOST_CLASSES = 60;
  private static final int MOST_LIKE = 5;

  private final World world;
  private final TraceFormat format;
  private final Console console;
  private final Tracer tracer;
  private final TraceText text;
  private final WayFindings findings;
  private final ArrayNode json = JsonNodeFactory.instance.arrayNode();
  private final List<TraceResult> pictures = new ArrayList<>();

  TraceOutput(World world, List<Rule> rules, TraceFormat format, Console console) {
    this.world = world;
    this.format = format;
    this.console = console;
    this.tracer = new Tracer(world.mesh());
    this.text = new TraceText(console.paint(), console.language());
    this.findings = new WayFindings(world, rules, console);
  }

  /** Traces a call, and returns the exit code. */
  int traced(Call call, EntryChoice choice) {
    List<TraceResult> traces = new ArrayList<>();
    Map<TraceResult, List<Proxy>> alike = new LinkedHashMap<>();
    boolean missing = false;
    if (choice.isGiven()) {
      choice.given().forEach(proxy -> traces.add(tracer.trace(proxy, call)));
    } else {
      missing = tellMissingGateways(call);
      traces.addAll(everywhere(call, choice, alike));
    }
    if (traces.isEmpty()) {
      throw new UnusableException("trace.nowhere", call.title());
    }
    for (TraceResult trace : traces) {
      write(trace, alike.getOrDefault(trace, List.of()));
    }
    assumed();
    end();
    return code(traces, missing);
  }

  /** Where nobody says where, each entry that takes the call counts; at least all gateways. */
  private List<TraceResult> everywhere(
      Call call, EntryChoice choice, Map<TraceResult, List<Proxy>> alike) {
    List<TraceResult> taken = new ArrayList<>();
    List<TraceResult> refused = new ArrayList<>();
    for (Proxy gateway : choice.gateways()) {
      TraceResult trace = tracer.trace(gateway, call);
      (isTaken(trace) ? taken : refused).add(trace);
    }
    Map<Proxy, List<Proxy>> classes = choice.sidecars();
    if (classes.size() > MOST_CLASSES) {
      console.tell("trace.sidecars", MOST_CLASSES, classes.size());
    }
    Map<Object, TraceResult> first = new LinkedHashMap<>();
    classes.entrySet().stream()
        .limit(MOST_CLASSES)
        .forEach(
            one -> {
              TraceResult trace = tracer.trace(one.getKey(), call);
              if (isKnown(trace)) {
                Object key = List.of(trace.branches().stream().map(b -> b.shares()).toList());
                TraceResult same = first.putIfAbsent(key, trace);
                List<Proxy> others =
                    alike.computeIfAbsent(same == null ? trace : same, t -> new ArrayList<>());
                one.getValue().stream()
                    .filter(proxy -> same != null || !proxy.equals(one.getKey()))
                    .forEach(others::add);
              }
            });
    taken.addAll(first.values());
    return taken.isEmpty() ? refused : taken;
  }

  private static boolean isTaken(TraceResult trace) {
    Outcome outcome = trace.first().outcome();
    boolean noHost = outcome instanceof Outcome.NotFound found && !found.host();
    return !noHost && !(outcome instanceof Outcome.Refused);
  }

  /** Of calls to hosts outside each sidecar says the same, and that is no answer. */
  private static boolean isKnown(TraceResult trace) {
    Outcome outcome = trace.first().outcome();
    boolean outside = outcome instanceof Outcome.PassedThrough passed && passed.service().isEmpty();
    return !outside
        && !(outcome instanceof Outcome.Refused)
        && !(outcome instanceof Outcome.Blocked);
  }

  /** Says which Gateways are named for the host and are not there. */
  private boolean tellMissingGateways(Call call) {
    Set<String> told = new LinkedHashSet<>();
    String host = Domains.host(call.wire().isHttp() ? call.authority() : call.host());
    for (Resource one : world.mesh().list(Kind.VIRTUAL_SERVICE).items()) {
      boolean covers =
          VirtualServices.hosts(one).stream()
              .map(at -> at.text("").toLowerCase(Locale.ROOT))
              .anyMatch(name -> HostName.covers(name, host));
      if (covers) {
        one.at("spec", "gateways").each().stream()
            .flatMap(at -> at.text().stream())
            .filter(name -> !name.equals(VirtualServices.MESH))
            .filter(
                name ->
                    Gateways.reference(name, one.namespace())
                        .map(reference -> Gateways.find(reference, world.mesh()).found().isEmpty())
                        .orElse(false))
            .forEach(name -> told.add(one.ref().path() + "\n" + name));
      }
    }
    told.forEach(
        pair -> {
          String[] parts = pair.split("\n", 2);
          console.tell("trace.gateway.missing", parts[0], parts[1]);
        });
    return !told.isEmpty();
  }

  private void write(TraceResult trace, List<Proxy> alike) {
    switch (format) {
      case TEXT -> {
        console.out().print(text.text(trace));
        if (!alike.isEmpty()) {
          console.out().println("   " + SafeText.escape(like(alike)));
        }
        findings.of(trace).forEach(line -> console.out().println("   " + line));
        console.out().println();
      }
      case JSON -> {
        ObjectNode tree = new TraceJson(console.language()).tree(trace);
        ArrayNode others = tree.putArray("alike");
        alike.forEach(proxy -> others.add(proxy.title()));
        tree.set("findings", findings.json(trace));
        json.add(tree);
      }
      case MERMAID -> pictures.add(trace);
    }
  }

  private String like(List<Proxy> alike) {
    String some = String.join(", ", alike.stream().limit(MOST_LIKE).map(Proxy::title).toList());
    int more = alike.size() - MOST_LIKE;
    return more > 0
        ? console.say("trace.alike.more", some, more)
        : console.say("trace.alike", some);
  }

  private void assumed() {
    if (world.context().istioAssumed() && format == TraceFormat.TEXT && world.unread().isEmpty()) {
      console.tell(
          "notes.assumed", world.context().facts().istio().known().iterator().next().toString());
    }
  }

  private void end() {
    switch (format) {
      case TEXT -> {
        // Written already, one after the other.
      }
      case JSON -> {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("version", 1);
        root.set("traces", json);
        console.out().println(root.toPrettyString());
      }
      case MERMAID -> console.out().print(new TraceMermaid(console.language()).picture(pictures));
    }
  }

  private int code(List<TraceResult> traces, boolean missing) {
    boolean uncertain =
        missing || world.doubtful() || traces.stream().anyMatch(trace -> !trace.certain());
    if (uncertain) {
      return UNCERTAIN;
    }
    return traces.stream().anyMatch(Severity::hasError) ? ExitCode.FINDINGS : ExitCode.CLEAN;
  }

  /** Says of lines of an access log whether the objects explain them. */
  int logged(List<String> lines, EntryChoice choice) {
    int worst = ExitCode.CLEAN;
    boolean some = false;
    for (int i = 0; i < lines.size(); i++) {
      try {
        AccessLogLine line = AccessLogLine.parse(lines.get(i));
        some = true;
        worst = Math.max(worst, logged(line, choice));
      } catch (AccessLogException e) {
        if (lines.size() == 1) {
          throw new UnusableException(
              "trace.log.line", e.column(), CliText.of("trace.log." + e.expected()));
        }
        console.tell(
            "trace.log.skipped", i + 1, e.column(), CliText.of("trace.log." + e.expected()));
      }
    }
    if (!some) {
      throw new UnusableException("trace.log.nothing");
    }
    end();
    return worst;
  }

  private int logged(AccessLogLine line, EntryChoice choice) {
    if (line.direction() == AccessLogLine.Direction.INBOUND) {
      console.tell("trace.log.inbound");
      return UNCERTAIN;
    }
    Optional<LoggedCall> logged = LoggedCall.of(line);
    if (logged.isEmpty()) {
      console.tell("trace.log.bare");
      return UNCERTAIN;
    }
    Call call = logged.get().call();
    List<Proxy> proxies = new ArrayList<>(choice.given());
    if (proxies.isEmpty()) {
      proxies.addAll(ofPod(line, choice));
    }
    if (proxies.isEmpty()) {
      proxies.addAll(choice.gateways());
      proxies.addAll(choice.sidecars().keySet().stream().limit(MOST_CLASSES).toList());
    }
    List<TraceResult> traces = proxies.stream().map(proxy -> tracer.trace(proxy, call)).toList();
    List<TraceResult> explaining = traces.stream().filter(logged.get()::isExplainedBy).toList();
    TraceResult shown =
        explaining.isEmpty()
            ? traces.stream().filter(TraceOutput::isTaken).findFirst().orElse(traces.get(0))
            : explaining.get(0);
    String seen =
        console.say(
            "trace.log.seen",
            Integer.toString(line.status()),
            line.flags().isEmpty() ? "-" : String.join(",", line.flags()),
            line.upstreamCluster().orElse("-"),
            line.routeName().orElse("-"));
    if (format == TraceFormat.TEXT) {
      console.out().println(SafeText.escape(seen));
      write(shown, List.of());
      String key = explaining.isEmpty() ? "trace.log.unexplained" : "trace.log.explained";
      console.out().println(SafeText.escape(console.say(key)));
      if (!explaining.isEmpty() && !line.flags().isEmpty()) {
        console
            .out()
            .println(
                SafeText.escape(
                    console.say(
                        "trace.log.explain",
                        line.status() + " " + String.join(",", line.flags()))));
      }
      console.out().println();
    } else {
      write(shown, List.of());
      if (format == TraceFormat.JSON) {
        ((ObjectNode) json.get(json.size() - 1)).put("explainsLog", !explaining.isEmpty());
      }
    }
    if (explaining.isEmpty()) {
      return shown.certain() && !world.doubtful() ? ExitCode.FINDINGS : UNCERTAIN;
    }
    return ExitCode.CLEAN;
  }

  /** The name of a Pod begins with that of its workload. */
  private static List<Proxy> ofPod(AccessLogLine line, EntryChoice choice) {
    if (line.pod().isEmpty()) {
      return List.of();
    }
    String pod = line.pod().get().substring(line.pod().get().lastIndexOf('/') + 1);
    List<Proxy> all = new ArrayList<>(choice.gateways());
    choice.sidecars().values().forEach(all::addAll);
    return all.stream()
        .filter(proxy -> pod.equals(proxy.name()) || pod.startsWith(proxy.name() + "-"))
        .sorted((one, other) -> other.name().length() - one.name().length())
        .limit(1)
        .toList();
  }
}
