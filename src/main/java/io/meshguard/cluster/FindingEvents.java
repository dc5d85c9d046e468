package io.meshguard.cluster;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.audit.Failure;
import io.meshguard.report.PolicyReports;
import io.meshguard.report.Program;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Tells of findings by Events on their objects: each finding once, denials first, few at a time.
 * The name of an Event follows from the finding, so that no replica repeats what another has told
 * while the Event is kept. Used by one thread.
 */
final class FindingEvents {

  private static final Logger LOG = Logger.getLogger(FindingEvents.class);

  /** Events of one call of {@link #send}. */
  private static final int AT_ONCE = 5;

  /** Findings that wait at most; what is beyond stands in the reports. */
  private static final int MOST_WAITING = 1_000;

  /** The API server takes no longer note. */
  private static final int MOST_NOTE = 1_024;

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final Set<String> told = new HashSet<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  FindingEvents(KubernetesClient client) {
    this.client = client;
  }

  private record Waiting(Failure failure, Language language) {}

  /** Takes what fails now, in place of what failed before. */
  void take(List<Failure> failures, Language language) {
    Set<String> current = new HashSet<>();
    failures.forEach(failure -> current.add(fingerprint(failure)));
    told.retainAll(current);
    waiting.clear();
    for (boolean denials : List.of(true, false)) {
      for (Failure failure : failures) {
        boolean denial = failure.judged().mode() == Mode.DENY;
        if (denial == denials
            && waiting.size() < MOST_WAITING
            && !told.contains(fingerprint(failure))) {
          waiting.add(new Waiting(failure, language));
        }
      }
    }
  }

  /** Forgets what waits, because another replica tells it. */
  void stop() {
    waiting.clear();
  }

  /** Writes some of the Events that wait. */
  void send(Instant now) {
    for (int sent = 0; sent < AT_ONCE && !waiting.isEmpty(); sent++) {
      Waiting next = waiting.remove();
      if (!told.add(fingerprint(next.failure()))) {
        continue;
      }
      try {
        Event event = event(next.failure().judged().finding(), next, now);
        client
            .events()
            .v1()
            .events()
            .inNamespace(event.getMetadata().getNamespace())
            .resource(event)
            .create();
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          LOG.debugf("no Event could be written: %s", e.getMessage());
        }
      }
    }
  }

  private static Event event(Finding finding, Waiting waiting, Instant now) {
    ObjectRef ref = finding.object().ref();
    String namespace = ref.namespace().isEmpty() ? "default" : ref.namespace();
    String line = Headline.of(finding, waiting.language());
    String uid = PolicyReports.reference(finding.object()).path("uid").asText("");
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(Program.NAME + "." + finding.fingerprint())
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(now)))
        .withReportingController("meshguard.io/audit")
        .withReportingInstance(Program.NAME)
        .withAction("Audit")
        .withReason(waiting.failure().slipped() ? "PassedWebhook" : "Finding")
        .withType("Warning")
        .withNote(line.length() <= MOST_NOTE ? line : line.substring(0, MOST_NOTE))
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(ref.apiVersion())
                .withKind(ref.kind().name())
                .withNamespace(ref.namespace().isEmpty() ? null : ref.namespace())
                .withName(ref.name())
                .withUid(uid.isEmpty() ? null : uid)
                .build())
        .build();
  }

  private static String fingerprint(Failure failure) {
    return failure.judged().finding().fingerprint();
  }
}
