package io.meshguard.rules.routing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.ServicePort;
import io.meshguard.istio.VirtualServices;
import io.meshguard.istio.Visibility;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.FieldPatch;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.traffic.ClusterTable;
import io.meshguard.traffic.Destination;
import io.meshguard.traffic.HostTable.HostPorts;
import io.meshguard.traffic.Outcome;
import io.meshguard.traffic.RouteKind;
import io.meshguard.yaml.PatchOp;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A destination for which Envoy has no cluster: Istio writes the route all the same, and every
 * request that takes it gets 503 (istio pilot/pkg/networking/core/route/route.go {@code
 * GetDestinationCluster} @1.30.3, which nothing checks against the clusters).
 */
public final class UnknownDestination implements Rule {

  /** Before, short names of a delegate's destinations belonged to the root's namespace. */
  private static final VersionRange NAMED_BY_ROOT = VersionRange.before("1.8.3");

  private static final RuleInfo INFO =
      RuleInfo.rule("unknown-destination")
          .subjects(Kind.VIRTUAL_SERVICE)
          .reads(ClusterTable.READS)
          .fixes(Safety.SAFE, Safety.UNSAFE, Safety.MANUAL)
          .faq(FaqEntry.VIRTUAL_SERVICE)
          .symptoms(Symptom.NO_CLUSTER)
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    List<Destination> destinations = Destination.of(subject);
    if (destinations.isEmpty() || isLeftOut(subject, mesh)) {
      return;
    }
    ClusterTable clusters = new ClusterTable(subject, mesh);
    for (Destination destination : destinations) {
      if (clusters.of(destination) instanceof Outcome.NoCluster missing) {
        new Finding(destination, missing, report).report(subject, clusters, mesh);
      }
    }
    if (clusters.isCutShort()) {
      report.cutShort();
    }
  }

  /**
   * Nothing is wrong with what no proxy reads, and what a delegate means depends on the version.
   */
  private static boolean isLeftOut(Resource subject, Mesh mesh) {
    Applicability byRoot =
        VirtualServices.isDelegate(subject)
            ? mesh.facts().istio().in(NAMED_BY_ROOT)
            : Applicability.NOWHERE;
    return byRoot == Applicability.SOMEWHERE
        || byRoot == Applicability.EVERYWHERE
        || Visibility.of(subject, mesh).reachesNone();
  }

  /** One destination, and why there is no cluster for it. */
  private record Finding(Destination destination, Outcome.NoCluster missing, Report report) {

    void report(Resource subject, ClusterTable clusters, Mesh mesh) {
      Outcome.Cause cause = missing.cause();
      if (cause instanceof Outcome.NoHost) {
        noHost(HostHint.of(destination, missing.host(), subject, clusters.hosts(), mesh));
      } else if (cause instanceof Outcome.NotExported hidden) {
        say("host", "not-exported", hidden.namespace());
      } else if (cause instanceof Outcome.DeadAlias alias) {
        say("host", "alias", alias.target()).holds(alias.holds());
      } else if (cause instanceof Outcome.NoSubset) {
        say("subset", "no-subset", destination.subset());
      } else if (cause instanceof Outcome.MisspeltRule other) {
        String spelled = other.rule().at("spec", "host").text("");
        say("subset", "misspelt-rule", destination.subset(), spelled);
      } else if (cause instanceof Outcome.HiddenSubset hidden) {
        say("subset", "hidden-subset", destination.subset(), hidden.namespace())
            .advice("hidden-subset-advice");
      } else if (cause instanceof Outcome.NoPort port) {
        noPort(port);
      } else if (cause instanceof Outcome.NoPortOfCaller port) {
        noPortOfCaller(port);
      } else if (cause instanceof Outcome.NoPortOfServer port) {
        offerPort(say("", "port-of-server", Integer.toString(port.server().port())), port.ports());
      }
    }

    private void noHost(HostHint hint) {
      Report.Draft draft = say("host", hint.key(), hint.name());
      hint.fix()
          .ifPresent(
              host ->
                  draft.fix(
                      Safety.SAFE,
                      "host",
                      List.of(
                          new PatchOp.Replace(
                              destination.at().at("host").pointer(),
                              JsonNodeFactory.instance.textNode(host))),
                      host));
    }

    private void noPort(Outcome.NoPort port) {
      String number = Integer.toString(port.port());
      Optional<Integer> meant = ownerOfTarget(port);
      if (meant.isEmpty()) {
        say("port", "no-port", number);
        return;
      }
      say("port", "target-port", number, meant.get().toString())
          .fix(Safety.UNSAFE, "port", put(meant.get()), meant.get().toString());
    }

    /** Returns the only port that leads to a target port. */
    private static Optional<Integer> ownerOfTarget(Outcome.NoPort port) {
      Set<Integer> owners = new TreeSet<>();
      for (ServicePort one : port.ports().all()) {
        if (ServicePort.number(one.at().at("targetPort")) == port.port()
            && port.ports().proxied().contains(one.number())) {
          owners.add(one.number());
        }
      }
      return owners.size() == 1 ? Optional.of(owners.iterator().next()) : Optional.empty();
    }

    private void noPortOfCaller(Outcome.NoPortOfCaller port) {
      Iterator<Integer> lacking = port.lacking().iterator();
      offerPort(
          say("", "port-of-caller", lacking.next().toString(), port.lacking().size() - 1),
          port.ports());
    }

    /** With one port there is nothing to choose, and the route only failed until now. */
    private void offerPort(Report.Draft draft, HostPorts ports) {
      List<Integer> numbers = List.copyOf(new TreeSet<>(ports.proxied()));
      if (numbers.size() == 1) {
        draft.fix(Safety.SAFE, "port", put(numbers.get(0)), numbers.get(0).toString());
      } else if (numbers.size() > 1) {
        draft.advice(
            "port-advice",
            numbers.get(0).toString(),
            numbers.get(1).toString(),
            numbers.size() - 2);
      }
    }

    private List<PatchOp> put(int port) {
      return FieldPatch.put(
          destination.at(), JsonNodeFactory.instance.numberNode(port), "port", "number");
    }

    /** Arguments of each message: the host, what happens, and those given. */
    private Report.Draft say(String field, String key, Object... more) {
      Object[] arguments = new Object[more.length + 2];
      arguments[0] = destination.written();
      arguments[1] = consequence();
      System.arraycopy(more, 0, arguments, 2, more.length);
      Cursor at = field.isEmpty() ? destination.at() : destination.at().at(field);
      return report
          .say(at, key, arguments)
          .names(missing.host())
          .names(destination.subset())
          .names(Integer.toString(destination.port()));
    }

    /** Picks the end of a message. */
    private int consequence() {
      boolean http = destination.kind() == RouteKind.HTTP;
      return switch (destination.use()) {
        case ALL -> http ? 0 : 3;
        case SHARE -> http ? 1 : 4;
        case MIRROR -> 2;
      };
    }
  }
}
