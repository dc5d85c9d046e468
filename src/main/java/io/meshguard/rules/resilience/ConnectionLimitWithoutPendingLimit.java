package io.meshguard.rules.resilience;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.DestinationRules;
import io.meshguard.istio.DestinationRules.EffectivePolicy;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.Registry;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.TrafficPolicies;
import io.meshguard.istio.TrafficPolicies.Level;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Message;
import io.meshguard.rule.Parameter;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A connection limit that no request limit stands beside: what is over it waits instead of failing.
 * A limit that is not set, or 0, is 2^32-1 (istio
 * pilot/pkg/networking/core/cluster_traffic_policy.go {@code applyConnectionPool} @1.30.3). Over
 * HTTP/1.1 a request that waits for a connection does not count against {@code http2MaxRequests}
 * (seen on Envoy 1.40).
 */
public final class ConnectionLimitWithoutPendingLimit implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("connection-limit-without-pending-limit")
          .subjects(Kind.DESTINATION_RULE)
          .reads(Registry.READS)
          .reads(DestinationRules.READS)
          .reads(MeshConfig.READS)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.CIRCUIT_BREAKING)
          .hides(Symptom.OVERFLOW)
          .parameter(Parameter.positiveInteger("pendingLimit"))
          .build();

  private static final String POOL = "connectionPool";
  private static final String CONNECTIONS = "maxConnections";
  private static final String PENDING = "http1MaxPendingRequests";
  private static final String REQUESTS = "http2MaxRequests";
  private static final String UPGRADE = "h2UpgradePolicy";

  /** Ports of the host, for all subsets together. */
  private static final int MOST_PORTS_WALKED = 2_000_000;

  /** Steps through other DestinationRules for the host, their subsets among them. */
  private static final int MOST_COMPARED = 100_000;

  /** The largest value of the field, which people write to mean "no limit". */
  private static final long NO_LIMIT = Integer.MAX_VALUE;

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    WorkBudget comparing = new WorkBudget(MOST_COMPARED);
    Optional<EffectivePolicy> effective =
        DestinationRules.effectivePolicy(subject, mesh, comparing);
    if (comparing.isOver()) {
      report.cutShort();
    }
    effective.ifPresent(found -> check(subject, found, mesh, report));
  }

  private static void check(Resource subject, EffectivePolicy effective, Mesh mesh, Report report) {
    TrafficPolicies policies = effective.policies();
    Registry registry = new Registry(mesh);
    WorkBudget budget = new WorkBudget(MOST_PORTS_WALKED);
    PortScope ports = PortScope.of(registry.ports(registry.destination(subject)), budget);
    boolean upgrades = upgrades(mesh);
    List<Level> levels = new ArrayList<>(policies.subsets());
    if (effective.topIsOwn()) {
      levels.add(0, policies.top());
    }
    for (Level level : levels) {
      checkLevel(level, policies, ports, upgrades, report);
      if (budget.isOver()) {
        report.cutShort();
        return;
      }
    }
  }

  private static void checkLevel(
      Level level, TrafficPolicies policies, PortScope ports, boolean upgrades, Report report) {
    boolean isTop = policies.isTop(level);
    Cursor pool = level.at().at(POOL);
    PortScope others = ports.without(level.ports().keySet());
    if (pool.isPresent()
        && !others.isEmpty()
        && !reported(pool, others, upgrades, report)
        && !isTop) {
      Cursor above = policies.effective(policies.top(), POOL, TrafficPolicies.OTHER_PORTS);
      reportLost("lost-in-subset", pool, pool, above, others, report);
    }
    level
        .ports()
        .forEach(
            (number, entry) -> {
              PortScope port = ports.only(number);
              Cursor own = entry.at(POOL);
              if (port.isEmpty() || reported(own, port, upgrades, report)) {
                return;
              }
              Cursor above =
                  pool.isPresent() || isTop
                      ? pool
                      : policies.effective(policies.top(), POOL, number);
              Cursor at = own.isPresent() ? own : entry;
              reportLost("lost-on-port", at, own, above, port, report);
            });
  }

  /** Reports what is wrong with a pool taken by itself; returns whether anything was. */
  private static boolean reported(Cursor pool, PortScope ports, boolean upgrades, Report report) {
    if (!ports.mayBeHttp()) {
      return false;
    }
    Cursor http = pool.at("http");
    boolean zero = isZero(http.at(REQUESTS));
    if (zero) {
      report.say(http.at(REQUESTS), "zero");
    }
    if (isZero(http.at(PENDING))) {
      Report.Draft draft = report.say(http.at(PENDING), "zero");
      offer(draft, pool, report);
      return true;
    }
    Cursor connections = pool.at("tcp", CONNECTIONS);
    long limit = connections.integer().orElse(0);
    if (limit <= 0 || limit >= NO_LIMIT) {
      return zero;
    }
    long requests = http.at(REQUESTS).integer().orElse(0);
    boolean waits = !isLimit(http.at(PENDING)) && (requests <= 0 || requests >= limit);
    if (waits && ports.isHttp1() && !mayUpgrade(http, upgrades)) {
      String key = requests > 0 ? "beside-requests" : "found";
      offer(report.say(connections, key, limit), pool, report);
      return true;
    }
    Optional<ServicePort> multiplexed = requests > 0 ? Optional.empty() : ports.multiplexed();
    multiplexed.ifPresent(port -> report.say(connections, "multiplexed", port.number()));
    return zero || multiplexed.isPresent();
  }

  /** Returns whether a connection to a port of HTTP/1.1 may carry many requests all the same. */
  private static boolean mayUpgrade(Cursor http, boolean upgrades) {
    Cursor policy = http.at(UPGRADE);
    boolean left = policy.text("DEFAULT").equals("DEFAULT");
    return http.at("useClientProtocol").isTrue()
        || (left ? upgrades : !policy.is("DO_NOT_UPGRADE"));
  }

  /** Returns whether a mesh configuration upgrades to HTTP/2 what does not say otherwise. */
  private static boolean upgrades(Mesh mesh) {
    return MeshConfig.all(mesh).stream()
        .anyMatch(config -> config.config().at(UPGRADE).is("UPGRADE"));
  }

  /** Offers to set the limit that the policy gives, else the connection limit itself. */
  private static void offer(Report.Draft draft, Cursor pool, Report report) {
    long connections = pool.at("tcp", CONNECTIONS).integer().orElse(0);
    OptionalLong configured = report.parameters().integer("pendingLimit");
    long limit = configured.orElse(connections);
    if (limit <= 0 || limit > NO_LIMIT) {
      return;
    }
    Cursor http = pool.at("http");
    IntNode value = IntNode.valueOf((int) limit);
    PatchOp op =
        http.isObject()
            ? new PatchOp.Add(http.at(PENDING).pointer(), value)
            : new PatchOp.Add(
                http.pointer(), JsonNodeFactory.instance.objectNode().set(PENDING, value));
    draft.fix(Safety.UNSAFE, "fix", List.of(op), limit);
  }

  /** Reports limits of the pool above that this one, which replaces it whole, does not repeat. */
  private static void reportLost(
      String key, Cursor at, Cursor own, Cursor above, PortScope ports, Report report) {
    boolean connections = isLost("tcp", CONNECTIONS, own, above);
    boolean pending = isLost("http", PENDING, own, above) && ports.mayBeHttp();
    boolean requests = isLost("http", REQUESTS, own, above) && ports.mayBeHttp();
    if (connections || pending || requests) {
      String lost = connections ? CONNECTIONS : pending ? PENDING : REQUESTS;
      report.say(at, key, Message.verbatim(lost)).names(lost);
    }
  }

  private static boolean isLost(String part, String field, Cursor own, Cursor above) {
    return isLimit(above.at(part, field)) && !own.at(part, field).isPresent();
  }

  private static boolean isZero(Cursor field) {
    return field.integer().equals(OptionalLong.of(0));
  }

  private static boolean isLimit(Cursor field) {
    return field.integer().orElse(0) > 0;
  }
}
