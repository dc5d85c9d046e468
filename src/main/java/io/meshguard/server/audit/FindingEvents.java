package io.meshguard.server.audit;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.audit.Failure;
import io.meshguard.audit.NotJudged;
import io.meshguard.report.PolicyReports;
import io.meshguard.report.ProductInfo;
import io.meshguard.resource.ObjectRef;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Headline;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Tells of findings by Events on their objects: each finding once, denials first, then objects that
 * are not judged. The name of an Event follows from the finding, so that no replica repeats what
 * another has told while the Event is kept. Used by one thread.
 */
final class FindingEvents {

  /** The API server takes no longer note. */
  private static final int MOST_NOTE = 1_024;

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final EventQueue queue = new EventQueue();

  FindingEvents(KubernetesClient client) {
    this.client = client;
  }

  /** Takes what fails and what is not judged now, in place of what did before. */
  void take(List<Failure> failures, List<NotJudged> notJudged, Language language) {
    List<EventQueue.Wanted> wanted = new ArrayList<>();
    failures.stream()
        .filter(failure -> failure.judged().mode() == Mode.DENY)
        .forEach(failure -> wanted.add(wanted(failure, language)));
    notJudged.forEach(one -> wanted.add(wanted(one)));
    failures.stream()
        .filter(failure -> failure.judged().mode() != Mode.DENY)
        .forEach(failure -> wanted.add(wanted(failure, language)));
    queue.want(wanted);
  }

  /** Forgets what waits, because another replica tells it. */
  void stop() {
    queue.stop();
  }

  /** Writes some of the Events that wait. */
  void send(Instant now) {
    queue.send(now);
  }

  private EventQueue.Wanted wanted(Failure failure, Language language) {
    Finding finding = failure.judged().finding();
    return new EventQueue.Wanted(
        finding.fingerprint(),
        now ->
            write(
                event(
                    finding.fingerprint(),
                    finding.object(),
                    failure.slipped() ? "PassedWebhook" : "Finding",
                    Headline.of(finding, language),
                    now)));
  }

  private EventQueue.Wanted wanted(NotJudged one) {
    ObjectRef ref = one.object().ref();
    String text = ref.kind() + " " + ref.path() + ": " + one.reason();
    String name = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    return new EventQueue.Wanted(
        name,
        now ->
            write(
                event(
                    name,
                    one.object(),
                    "NotJudged",
                    SafeText.escape(ref + " is not judged: " + one.reason()),
                    now)));
  }

  private void write(Event event) {
    client
        .events()
        .v1()
        .events()
        .inNamespace(event.getMetadata().getNamespace())
        .resource(event)
        .create();
  }

  private static Event event(
      String name, Resource object, String reason, String line, Instant now) {
    ObjectRef ref = object.ref();
    String namespace = ref.namespace().isEmpty() ? "default" : ref.namespace();
    String uid = PolicyReports.reference(object).path("uid").asText("");
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(ProductInfo.NAME + "." + name)
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(now)))
        .withReportingController("meshguard.io/audit")
        .withReportingInstance(ProductInfo.NAME)
        .withAction("Audit")
        .withReason(reason)
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
}
