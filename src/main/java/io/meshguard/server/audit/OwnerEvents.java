package io.meshguard.server.audit;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.meshguard.audit.Failure;
import io.meshguard.audit.Owner;
import io.meshguard.engine.GradedFinding;
import io.meshguard.kube.ServedKinds;
import io.meshguard.report.OwnerText;
import io.meshguard.report.ProductInfo;
import io.meshguard.resource.Kind;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Tells of findings by one Event on each Argo CD Application, Flux Kustomization and HelmRelease
 * that owns objects with findings. The Event is written over when it would say something else.
 * {@code kubectl describe} and Argo CD look for Events by the uid of their object, so the owner is
 * read; one that is not there, or must not be read, gets none. Used by one thread.
 */
final class OwnerEvents {

  /** Of more owners nothing is told; objects can be made that name any number. */
  static final int MOST_OWNERS = 200;

  private static final Logger LOG = Logger.getLogger(OwnerEvents.class);
  private static final String MANAGER = "meshguard-audit";
  private static final Duration REFUSED_FOR = Duration.ofMinutes(10);

  private static final Comparator<Map.Entry<Owner, List<GradedFinding>>> MOST_DENIED =
      Comparator.comparing(
              (Map.Entry<Owner, List<GradedFinding>> entry) -> -denied(entry.getValue()))
          .thenComparing(Map.Entry.comparingByKey());

  private final KubernetesClient client;
  private final EventQueue queue = new EventQueue();
  private final Map<Kind, Instant> refused = new HashMap<>();

  /** What was last wanted of each owner; what is mended stays, to have that told. */
  private final Map<Owner, EventQueue.Wanted> wanted = new LinkedHashMap<>();

  OwnerEvents(KubernetesClient client) {
    this.client = client;
  }

  /** Takes what fails now, in place of what did before. */
  void take(List<Failure> failures, Owner.Marks marks, Language language) {
    Map<Owner, List<GradedFinding>> owned = new TreeMap<>();
    for (Failure failure : failures) {
      Owner owner = Owner.of(failure.judged().finding().object(), marks);
      if (owner.reference().isPresent()) {
        owned.computeIfAbsent(owner, o -> new ArrayList<>()).add(failure.judged());
      }
    }
    wanted.replaceAll((owner, before) -> event(owner, OwnerText.cleared(language), "Normal"));
    owned.entrySet().stream()
        .sorted(MOST_DENIED)
        .limit(MOST_OWNERS)
        .forEach(entry -> wanted.put(entry.getKey(), findings(entry, language)));
    forgetMended();
    queue.want(List.copyOf(wanted.values()));
  }

  private void forgetMended() {
    var all = wanted.keySet().iterator();
    for (int over = wanted.size() - 2 * MOST_OWNERS; over > 0; over--) {
      all.next();
      all.remove();
    }
  }

  /** Returns of how many owners something is told. */
  int owners() {
    return wanted.size();
  }

  /** Forgets what waits, because another replica tells it. */
  void stop() {
    queue.stop();
    wanted.clear();
    refused.clear();
  }

  /** Writes some of the Events that wait. */
  void send(Instant now) {
    queue.send(now);
  }

  private EventQueue.Wanted findings(
      Map.Entry<Owner, List<GradedFinding>> owned, Language language) {
    Owner owner = owned.getKey();
    String text = OwnerText.event(owned.getValue(), owner.reference().orElseThrow(), language);
    return event(owner, text, "Warning");
  }

  private EventQueue.Wanted event(Owner owner, String text, String type) {
    String reference = owner.reference().orElseThrow();
    return new EventQueue.Wanted(
        reference + " " + text, now -> write(owner, reference, text, type, now));
  }

  private void write(Owner owner, String reference, String text, String type, Instant now) {
    Optional<ObjectReference> there = find(owner, now);
    if (there.isEmpty()) {
      return;
    }
    String name = UUID.nameUUIDFromBytes(reference.getBytes(StandardCharsets.UTF_8)).toString();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(owner.namespace())
            .withName(ProductInfo.NAME + ".owner." + name)
            .endMetadata()
            .withInvolvedObject(there.get())
            .withReason(type.equals("Normal") ? "NoFindings" : "Findings")
            .withMessage(text)
            .withType(type)
            .withNewSource()
            .withComponent(ProductInfo.NAME)
            .endSource()
            .withReportingComponent("meshguard.io/audit")
            .withReportingInstance(ProductInfo.NAME)
            .withFirstTimestamp(time)
            .withLastTimestamp(time)
            .withCount(1)
            .build();
    client
        .v1()
        .events()
        .inNamespace(owner.namespace())
        .resource(event)
        .fieldManager(MANAGER)
        .forceConflicts()
        .serverSideApply();
  }

  /** Returns what an Event says of the owner; empty where there is no use in one. */
  private Optional<ObjectReference> find(Owner owner, Instant now) {
    Kind kind = owner.type().kind().orElseThrow();
    if (now.isBefore(refused.getOrDefault(kind, Instant.MIN))) {
      return Optional.empty();
    }
    Optional<String> version = new ServedKinds(client).version(kind);
    if (version.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(read(kind, version.get(), owner))
          .map(
              found ->
                  new ObjectReferenceBuilder()
                      .withApiVersion(kind.group() + "/" + version.get())
                      .withKind(kind.name())
                      .withNamespace(owner.namespace())
                      .withName(owner.name())
                      .withUid(found.getMetadata().getUid())
                      .build());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      if (refused.put(kind, now.plus(REFUSED_FOR)) == null) {
        LOG.infof("no Events on objects of kind %s: no right to read them", kind);
      }
      return Optional.empty();
    }
  }

  private GenericKubernetesResource read(Kind kind, String version, Owner owner) {
    return client
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(kind.group())
                .withVersion(version)
                .withKind(kind.name())
                .withPlural(kind.plural())
                .withNamespaced(true)
                .build())
        .inNamespace(owner.namespace())
        .withName(owner.name())
        .get();
  }

  private static long denied(List<GradedFinding> findings) {
    return findings.stream().filter(judged -> judged.mode() == Mode.DENY).count();
  }
}
