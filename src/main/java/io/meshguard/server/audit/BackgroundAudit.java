package io.meshguard.server.audit;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.audit.AuditState;
import io.meshguard.audit.ChangeQueue;
import io.meshguard.audit.Failure;
import io.meshguard.audit.NotJudged;
import io.meshguard.audit.ObjectKey;
import io.meshguard.audit.Owner;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.policy.PolicyHolder.ActivePolicy;
import io.meshguard.report.PolicyReports;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.LiveMesh;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Judges stored objects whenever something has changed, as long as this replica leads, and makes
 * reports, Events and metrics say what was found. All but {@link #listener} is used by one thread.
 */
public final class BackgroundAudit {

  private static final Logger LOG = Logger.getLogger(BackgroundAudit.class);

  /** Judging takes no more than one part in so many of the time. */
  private static final int SHARE = 10;

  private final Surroundings around;
  private final Clock clock;
  private final ReportWriter reports;
  private final FindingEvents events;
  private final OwnerEvents owners;
  private final AuditMeters meters;
  private final ChangeQueue pending = new ChangeQueue();
  private Optional<AuditState> standing = Optional.empty();
  private Optional<Basis> basis = Optional.empty();
  private Instant next = Instant.MIN;
  private boolean written = true;
  private Set<String> told = Set.of();

  /** Makes one that judges nothing before its first tick. */
  public BackgroundAudit(
      KubernetesClient client, Surroundings around, AuditMeters meters, Clock clock) {
    this.around = around;
    this.clock = clock;
    this.reports = new ReportWriter(client);
    this.events = new FindingEvents(client);
    this.owners = new OwnerEvents(client);
    this.meters = meters;
  }

  /**
   * What the audit stands in.
   *
   * @param mesh the mesh and the objects
   * @param policy the policy in force at each moment
   * @param since since when a policy is in force with the rules of this release
   * @param active whether this replica leads and knows the mesh as a whole
   * @param own namespace of Meshguard
   * @param configuration name of the webhook configurations
   */
  public record Surroundings(
      LiveMesh mesh,
      Supplier<ActivePolicy> policy,
      Function<ActivePolicy, Instant> since,
      BooleanSupplier active,
      String own,
      String configuration) {}

  /** What every verdict stands on; where it changes, every object is judged anew. */
  private record Basis(long generation, Instant since, MeshFacts facts, LocalDate today) {}

  /** Returns who has to be told of changes of the mesh. */
  public LiveMesh.Listener listener() {
    return new LiveMesh.Listener() {
      @Override
      public void changed(Kind kind, String namespace, String name) {
        pending.changed(new ObjectKey(kind, namespace, name), clock.instant());
      }

      @Override
      public void known(Kind kind) {
        pending.known(kind, clock.instant());
      }
    };
  }

  /** Does what is due; to be called every second. */
  public void tick() {
    Instant now = clock.instant();
    if (!around.active().getAsBoolean()) {
      stop();
      return;
    }
    if (standing.isEmpty()) {
      begin(now);
    }
    Basis current = basis();
    if (basis.filter(current::equals).isEmpty()) {
      basis = Optional.of(current);
      pending.everything(now);
    }
    boolean reportsAppeared = !written && reports.possible(now);
    if (!now.isBefore(next) && (pending.due(now) || reportsAppeared)) {
      run(standing.orElseThrow(), current);
    }
    events.send(now);
    owners.send(now);
  }

  private void begin(Instant now) {
    AuditState fresh = new AuditState(Catalogue.rules(), System::nanoTime);
    fresh.remember(reports.begin(now));
    standing = Optional.of(fresh);
    basis = Optional.empty();
    pending.everything(now);
  }

  private void stop() {
    if (standing.isPresent()) {
      standing = Optional.empty();
      events.stop();
      owners.stop();
      told = Set.of();
      meters.idle();
    }
  }

  private Basis basis() {
    ActivePolicy inForce = around.policy().get();
    return new Basis(
        inForce.generation(),
        around.since().apply(inForce),
        around.mesh().facts(),
        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  private void run(AuditState judged, Basis on) {
    Instant start = clock.instant();
    ChangeQueue.Work work = pending.take();
    ActivePolicy inForce = around.policy().get();
    judged.judge(
        work,
        new AuditState.AuditContext(
            inForce.policy(),
            on.since(),
            around.mesh(),
            around.mesh().unread(),
            around.own(),
            on.today()));
    List<Failure> failures = judged.failures();
    Instant end = clock.instant();
    Duration took = Duration.between(start, end);
    Language language = inForce.policy().general().language();
    List<NotJudged> notJudged = judged.notJudged();
    meters.ran(judged.objects(), failures, notJudged, end, took);
    tell(notJudged);
    events.take(failures, notJudged, language);
    owners.take(failures, Owner.Marks.of(inForce.policy().general()), language);
    written = reports.possible(end) && reports.write(failures, language, owner(), end);
    next = end.plus(took.multipliedBy(SHARE));
    LOG.debugf(
        "judged stored objects in %d ms: %d objects, %d findings",
        took.toMillis(), judged.objects(), failures.size());
  }

  /** Each object is told of once, and again when the reason is another. */
  private void tell(List<NotJudged> notJudged) {
    Set<String> now = new TreeSet<>();
    for (NotJudged one : notJudged) {
      String line = one.object().ref() + ": " + one.reason();
      now.add(line);
      if (!told.contains(line)) {
        LOG.warnf("not judged: %s", line);
      }
    }
    told = now;
  }

  /** Whoever takes the webhook configuration away takes the reports with it. */
  private Optional<PolicyReports.Owner> owner() {
    return around
        .mesh()
        .find(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", around.configuration())
        .found()
        .flatMap(BackgroundAudit::owner);
  }

  private static Optional<PolicyReports.Owner> owner(Resource configuration) {
    return configuration
        .at("metadata", "uid")
        .text()
        .map(
            uid ->
                new PolicyReports.Owner(
                    configuration.ref().apiVersion(),
                    configuration.kind().name(),
                    configuration.name(),
                    uid));
  }
}
