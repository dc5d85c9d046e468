package io.meshguard.server;

import io.meshguard.kube.ClusterReader;
import io.meshguard.resource.Kind;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.LiveMesh;
import io.meshguard.server.mesh.MeshWatch;
import io.meshguard.server.mesh.Staleness;
import io.meshguard.server.policy.PolicyWatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.ToDoubleFunction;

/** Meters of what is known of the cluster. Without a cluster they have no values. */
@Singleton
public class MeshMeters {

  private final ClusterRuntime link;
  private final LiveMesh mesh;
  private final Clock clock;

  @Inject
  MeshMeters(ClusterRuntime link, LiveMesh mesh, Clock clock) {
    this.link = link;
    this.mesh = mesh;
    this.clock = clock;
  }

  void register(@Observes StartupEvent event, MeterRegistry registry) {
    Gauge.builder("meshguard.synced", link, l -> l.ready() ? 1 : 0)
        .description("1 once mesh and policy are known as far as reviews need them")
        .register(registry);
    Gauge.builder("meshguard.leader", link, l -> l.leading() ? 1 : 0)
        .description("1 on the replica that does what only one should, such as the audit")
        .register(registry);
    Gauge.builder(
            "meshguard.lease.staleness.seconds",
            link,
            l -> l.leaseTrouble().map(lasts -> lasts.toMillis() / 1e3).orElse(Double.NaN))
        .description("Time since the lease of the leader could last be read and written")
        .register(registry);
    Staleness policy =
        new Staleness(
            clock, () -> link.heard() && link.policyWatch().filter(PolicyWatch::open).isPresent());
    gauge("meshguard.policy.staleness.seconds", watch -> policy.seconds())
        .description("Time since edits of the policy were last seen to come in")
        .register(registry);
    ClusterReader.kinds(Catalogue.infos()).forEach(kind -> register(kind, registry));
  }

  private void register(Kind kind, MeterRegistry registry) {
    String name = kind.toString();
    gauge("meshguard.mesh.objects", watch -> mesh.store(kind).size())
        .description("Objects that are kept in memory, by kind")
        .tag("kind", name)
        .register(registry);
    gauge("meshguard.mesh.unreadable.objects", watch -> mesh.store(kind).unread().size())
        .description("Objects that are stored and cannot be read, by kind")
        .tag("kind", name)
        .register(registry);
    gauge("meshguard.mesh.served", watch -> watch.served(kind) ? 1 : 0)
        .description("1 for kinds that the API server serves, 0 for those it does not have")
        .tag("kind", name)
        .register(registry);
    Staleness staleness =
        new Staleness(
            clock, () -> link.heard() && link.meshWatch().filter(w -> w.open(kind)).isPresent());
    gauge(
            "meshguard.mesh.staleness.seconds",
            watch -> watch.served(kind) ? staleness.seconds() : Double.NaN)
        .description("Time since changes of a kind were last seen to come in")
        .tag("kind", name)
        .register(registry);
  }

  private Gauge.Builder<ClusterRuntime> gauge(String name, ToDoubleFunction<MeshWatch> value) {
    return Gauge.builder(
        name, link, l -> l.meshWatch().map(value::applyAsDouble).orElse(Double.NaN));
  }
}
