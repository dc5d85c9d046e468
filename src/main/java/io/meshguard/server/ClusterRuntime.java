package io.meshguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.Kubelets;
import io.meshguard.kube.Trouble;
import io.meshguard.mesh.Version;
import io.meshguard.pause.Pause;
import io.meshguard.pause.PauseHolder;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.audit.AuditMeters;
import io.meshguard.server.audit.BackgroundAudit;
import io.meshguard.server.leader.Leader;
import io.meshguard.server.leader.WatchedLock;
import io.meshguard.server.mesh.FactsHolder;
import io.meshguard.server.mesh.LiveMesh;
import io.meshguard.server.mesh.MeshWatch;
import io.meshguard.server.mesh.StalenessDetector;
import io.meshguard.server.policy.AcceptedPolicy;
import io.meshguard.server.policy.Latest;
import io.meshguard.server.policy.PauseWatch;
import io.meshguard.server.policy.PolicyEvents;
import io.meshguard.server.policy.PolicyWatch;
import io.meshguard.server.policy.WrittenPause;
import io.meshguard.server.tls.CertificateReload;
import io.meshguard.server.tls.CertificateSource;
import io.meshguard.server.tls.ClientAuthentication;
import io.meshguard.server.webhook.Registration;
import io.meshguard.server.webhook.WebhookConfigurations;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Keeps up what the server knows of its cluster, and what the cluster knows of the server. */
@Singleton
public class ClusterRuntime {

  private static final Logger LOG = Logger.getLogger(ClusterRuntime.class);
  private static final int MOST_CALLS = 4;
  private static final Version MATCH_CONDITIONS = new Version(1, 28, 0);

  private final ClusterConfig config;
  private final Cluster cluster;
  private final LiveMesh mesh;
  private final FactsHolder facts;
  private final PolicyHolder holder;
  private final CertificateSource certificate;
  private final CertificateReload reload;
  private final Clock clock;
  private final AuditMeters meters;
  private final PauseHolder pauses;
  private final ClientAuthentication clients;

  /** For what only looks into memory, which must be in time whatever an API server does. */
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(task -> thread(task, "cluster-state"));

  /** For what waits for answers of an API server. */
  private final ScheduledExecutorService background =
      Executors.newScheduledThreadPool(MOST_CALLS, task -> thread(task, "cluster-calls"));

  /** For the audit, which may take long and must hold up nothing else. */
  private final ScheduledExecutorService auditing =
      Executors.newSingleThreadScheduledExecutor(task -> thread(task, "audit"));

  private volatile Optional<Connection> connection = Optional.empty();
  private volatile Optional<Latest<ActivePolicy>> changes = Optional.empty();

  @Inject
  ClusterRuntime(
      ClusterConfig config,
      Cluster cluster,
      LiveMesh mesh,
      FactsHolder facts,
      PolicyHolder holder,
      CertificateSource certificate,
      CertificateReload reload,
      Clock clock,
      AuditMeters meters,
      PauseHolder pauses,
      ClientAuthentication clients) {
    this.config = config;
    this.cluster = cluster;
    this.mesh = mesh;
    this.facts = facts;
    this.holder = holder;
    this.certificate = certificate;
    this.reload = reload;
    this.clock = clock;
    this.meters = meters;
    this.pauses = pauses;
    this.clients = clients;
  }

  /** What works on a cluster, where there is one. */
  private record Connection(
      KubernetesClient client,
      MeshWatch watch,
      PolicyWatch policy,
      PauseWatch pause,
      Leader leader,
      Heartbeat heartbeat) {}

  void start(@Observes StartupEvent event) {
    every(1, ticks, this::refreshFacts);
    every(10, background, reload::check);
    every(10, background, clients::check);
    cluster.client().ifPresent(this::connect);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
    background.shutdownNow();
    auditing.shutdownNow();
    connection.ifPresent(
        open -> {
          open.heartbeat().close();
          open.leader().close();
          open.policy().close();
          open.pause().close();
          open.watch().close();
          open.client().close();
        });
  }

  /** Returns whether everything is known that reviews need; true where there is no cluster. */
  boolean ready() {
    return cluster.client().isEmpty()
        || connection
            .filter(
                open -> open.policy().synced() && open.pause().synced() && open.watch().synced())
            .isPresent();
  }

  /** Returns whether this replica does what only one should. */
  boolean leading() {
    return connection.filter(open -> open.leader().leading()).isPresent();
  }

  /** Returns for how long the lease of the leader could not be had, where there is a cluster. */
  Optional<Duration> leaseTrouble() {
    return connection.map(open -> open.leader().trouble());
  }

  /** Returns whether the API server has answered of late; without, an open watch says nothing. */
  boolean heard() {
    return connection
        .filter(
            open -> open.heartbeat().silence().compareTo(StalenessDetector.LONGEST_RECONNECT) < 0)
        .isPresent();
  }

  /** Returns what watches the mesh, where there is a cluster. */
  Optional<MeshWatch> meshWatch() {
    return connection.map(Connection::watch);
  }

  /** Returns what watches the policy, where there is a cluster. */
  Optional<PolicyWatch> policyWatch() {
    return connection.map(Connection::policy);
  }

  /** Returns the kinds that rules read and that the cluster does not have. */
  Set<String> missingKinds() {
    return connection.map(open -> open.watch().missing()).orElse(Set.of());
  }

  private void connect(KubernetesClient client) {
    AcceptedPolicy accepted = new AcceptedPolicy(client, cluster.namespace());
    PolicyEvents events = new PolicyEvents(client, cluster.namespace(), clock);
    Leader leader =
        new Leader(
            client,
            new WatchedLock(Leader.lease(cluster.namespace()), cluster.namespace()),
            clock,
            () -> {
              accepted.forget();
              changes().ifPresent(Latest::signal);
            });
    Latest<ActivePolicy> policies =
        new Latest<>(
            holder::inForce, now -> policyChanged(now, leader, accepted, events), background);
    changes = Optional.of(policies);
    MeshWatch watch =
        new MeshWatch(
            client, mesh, Catalogue.infos(), () -> policy().policy().general().meshNamespaces());
    PolicyWatch policy =
        new PolicyWatch(
            client, cluster.namespace(), holder, clock, accepted::load, policies::signal);
    Registration registration = new Registration(client, config.webhookConfiguration());
    Latest<Registration> registrations =
        new Latest<>(
            () -> registration, now -> guarded(() -> register(client, now)).run(), background);
    PauseWatch pause =
        new PauseWatch(client, cluster.namespace(), pauses, clock, registrations::signal);
    Heartbeat heartbeat =
        new Heartbeat(ClusterFactory.client(client.getConfiguration(), cluster.namespace()));
    connection = Optional.of(new Connection(client, watch, policy, pause, leader, heartbeat));
    heartbeat.start();
    BackgroundAudit audit =
        new BackgroundAudit(
            client,
            new BackgroundAudit.Surroundings(
                mesh,
                holder::inForce,
                accepted::since,
                () -> leader.leading() && policy.synced() && watch.synced(),
                cluster.namespace(),
                config.webhookConfiguration()),
            meters,
            clock);
    mesh.listen(audit.listener());
    ScheduledFuture<?> untilShutdown =
        auditing.scheduleWithFixedDelay(guarded(audit::tick), 1, 1, TimeUnit.SECONDS);
    LOG.tracef("audit: %s", untilShutdown);
    background.execute(guarded(() -> askKubernetes(client)));
    every(1, ticks, () -> watch.look(heartbeat.silence(), clock.instant()));
    every(1, ticks, pause::look);
    every(10, background, watch::extend);
    every(5, background, leader::stand);
    every(5, background, events::send);
    every(60, background, () -> askKubernetes(client));
    every(300, background, () -> askNodes(client));
    every(15, background, () -> register(client, registration));
    // others may write what is stored as accepted; then it is in force since another time
    every(60, background, policies::signal);
  }

  private Optional<Latest<ActivePolicy>> changes() {
    return changes;
  }

  private ActivePolicy policy() {
    return holder.inForce();
  }

  private void policyChanged(
      ActivePolicy now, Leader leader, AcceptedPolicy accepted, PolicyEvents events) {
    refreshFacts();
    events.changed(now);
    if (leader.leading()) {
      accepted.store(now);
    }
  }

  private void refreshFacts() {
    facts.refresh(mesh, policy().policy().general());
  }

  private void askKubernetes(KubernetesClient client) {
    facts.setKubernetes(client.getKubernetesVersion().getGitVersion());
  }

  private void askNodes(KubernetesClient client) {
    try {
      facts.setKubelets(Kubelets.versions(client));
    } catch (KubernetesClientException e) {
      LOG.debugf("versions of kubelets are not known: %s", Trouble.of(e));
    }
  }

  /** Done again and again, for others may write the configurations back. */
  private void register(KubernetesClient client, Registration registration) {
    if (facts.facts().kubernetes().known().isEmpty()) {
      askKubernetes(client);
      refreshFacts();
    }
    Optional<String> authority = certificate.authorityPem();
    Optional<URI> url = config.registerUrl();
    boolean known = connection.filter(open -> open.pause().synced()).isPresent();
    boolean relaxed = pauses.active(clock.instant()).filter(Pause::hard).isPresent();
    WrittenPause pause = new WrittenPause(client, cluster.namespace(), clock);
    if (url.isPresent() && known && !relaxed && pause.isOver()) {
      registration.register(configurations(url.get().toString(), authority));
    } else {
      authority.ifPresent(registration::trust);
    }
    boolean mayWrite = url.isPresent() || authority.isPresent();
    if (mayWrite && known && !relaxed) {
      registration.restore(pause::isOver);
    }
  }

  private WebhookConfigurations configurations(String url, Optional<String> authority) {
    boolean conditions =
        facts.facts().kubernetes().lowest().filter(v -> !v.isBefore(MATCH_CONDITIONS)).isPresent();
    return new WebhookConfigurations(
        Catalogue.infos(),
        new WebhookConfigurations.Options(
            config.webhookConfiguration(),
            cluster.namespace(),
            config.service(),
            Optional.of(url),
            authority,
            policy().policy().general().meshNamespaces(),
            conditions));
  }

  private static void every(int seconds, ScheduledExecutorService threads, Runnable task) {
    ScheduledFuture<?> untilShutdown =
        threads.scheduleWithFixedDelay(guarded(task), 0, seconds, TimeUnit.SECONDS);
    LOG.tracef("every %d s: %s", (Object) seconds, untilShutdown);
  }

  /** A task that throws would not be run again. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (KubernetesClientException e) {
        LOG.warnf("%s, tried again later", Trouble.of(e));
      } catch (Throwable e) {
        LOG.errorf(e, "a task in the background failed, tried again later: %s", Trouble.of(e));
      }
    };
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
