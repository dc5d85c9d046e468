package io.meshguard.admission;

import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Namespaces;
import io.meshguard.mesh.Permissions;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Engine;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Mending;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import io.meshguard.rule.Review;
import io.meshguard.rule.Subject;
import io.meshguard.rule.Verdict;
import io.meshguard.rule.Verdict.Fault;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Answers requests: what a verdict or a mending becomes for an API server. */
final class Reviewer {

  private final Engine engine;
  private final Set<Kind> subjects;
  private final Supplier<InForce> policy;
  private final Supplier<Mesh> mesh;
  private final Permissions permissions;
  private final Clock clock;
  private final Witness witness;
  private final Function<Finding, List<String>> fragment;

  /**
   * Makes a reviewer.
   *
   * @param policy the policy in force at each moment
   * @param mesh the mesh as it is at each moment
   * @param permissions what those may do who make requests
   * @param witness takes notice of what becomes of requests
   * @param fragment the corrected part of an object, line by line; empty where nothing can be shown
   */
  Reviewer(
      Engine engine,
      Supplier<InForce> policy,
      Supplier<Mesh> mesh,
      Permissions permissions,
      Clock clock,
      Witness witness,
      Function<Finding, List<String>> fragment) {
    this.engine = engine;
    this.subjects =
        engine.rules().stream()
            .filter(rule -> !rule.info().linterOnly())
            .flatMap(rule -> rule.info().subjects().stream())
            .collect(Collectors.toUnmodifiableSet());
    this.policy = policy;
    this.mesh = mesh;
    this.permissions = permissions;
    this.clock = clock;
    this.witness = witness;
    this.fragment = fragment;
  }

  /** Takes notice of what becomes of requests, for logs and metrics. */
  interface Witness {
    /** A request was answered. */
    void answered(AdmissionRequest request, Outcome outcome);

    /** A request is about a kind on which no rule reports. */
    void unknownKind(AdmissionRequest request);

    /** A request was judged. */
    void judged(AdmissionRequest request, Verdict verdict);

    /** Rules failed by themselves. */
    void faults(AdmissionRequest request, List<Fault> faults);
  }

  /** Answers whether the object may be stored as it is. */
  Answer validate(AdmissionRequest request) {
    Optional<Resource> object = toJudge(request);
    if (object.isEmpty()) {
      return skipped(request);
    }
    InForce inForce = policy.get();
    Review review = review(request, object.get(), inForce);
    Verdict verdict = engine.judge(review);
    Speech speech = speech(request, review, inForce);
    Warnings warnings = new Warnings();
    Optional<String> denial = Optional.empty();
    if (verdict.denied()) {
      denial = Optional.of(new Denial(speech, inForce.guidance(), fragment).of(verdict));
    } else {
      verdict.judged().stream()
          .filter(judged -> !judged.exempt() && judged.mode() != Mode.OFF)
          .forEach(judged -> warnings.add(() -> speech.warning(judged)));
    }
    verdict.notices().forEach(notice -> warnings.add(() -> speech.language().render(notice)));
    verdict.faults().forEach(fault -> warnings.add(() -> speech.fault(fault)));
    witness.judged(request, verdict);
    witness.faults(request, verdict.faults());
    List<String> lines = warnings.fitting(left -> speech.say("and-more", left));
    witness.answered(
        request,
        denial.isPresent() ? Outcome.DENIED : lines.isEmpty() ? Outcome.ALLOWED : Outcome.WARNED);
    return new Answer(
        request.uid(), denial, lines, List.of(), AuditAnnotations.of(verdict.judged()));
  }

  /** Answers what is to be changed in the object before it is stored. */
  Answer mutate(AdmissionRequest request) {
    Optional<Resource> object = toJudge(request);
    if (object.isEmpty()) {
      return skipped(request);
    }
    InForce inForce = policy.get();
    Review review = review(request, object.get(), inForce);
    Mending mending = engine.mend(review);
    Speech speech = speech(request, review, inForce);
    Warnings warnings = new Warnings();
    mending.applied().forEach(judged -> warnings.add(() -> speech.fixed(judged)));
    witness.faults(request, mending.faults());
    witness.answered(request, mending.ops().isEmpty() ? Outcome.ALLOWED : Outcome.PATCHED);
    return new Answer(
        request.uid(),
        Optional.empty(),
        warnings.fitting(left -> speech.say("and-more", left)),
        mending.ops(),
        AuditAnnotations.of(mending.applied()));
  }

  private Answer skipped(AdmissionRequest request) {
    witness.answered(request, Outcome.SKIPPED);
    return Answer.allowed(request.uid());
  }

  private Optional<Resource> toJudge(AdmissionRequest request) {
    boolean stored = request.operation().equals("CREATE") || request.operation().equals("UPDATE");
    if (!stored || !request.subresource().isEmpty() || fromControlPlane(request)) {
      return Optional.empty();
    }
    Optional<Resource> object = request.object();
    if (object.isPresent() && !subjects.contains(object.get().kind())) {
      witness.unknownKind(request);
      return Optional.empty();
    }
    return object.filter(resource -> !resource.beingDeleted());
  }

  /** What istiod and its gateways write is theirs to answer for. */
  private boolean fromControlPlane(AdmissionRequest request) {
    String account = request.requester().serviceAccount();
    int slash = account.indexOf('/');
    return slash > 0 && mesh.get().facts().rootNamespaces().contains(account.substring(0, slash));
  }

  private Review review(AdmissionRequest request, Resource object, InForce inForce) {
    Mesh around = new AskedMesh(mesh.get(), permissions.access(request.requester()));
    Subject subject =
        new Subject(
            object,
            Namespaces.labels(object, around),
            Optional.of(request.requester()),
            LocalDate.now(clock));
    boolean update = request.operation().equals("UPDATE");
    return new Review(
        update ? Operation.UPDATE : Operation.CREATE,
        subject,
        update ? request.old() : Optional.empty(),
        request.dryRun(),
        around,
        inForce.settings());
  }

  private static Speech speech(AdmissionRequest request, Review review, InForce inForce) {
    return new Speech(
        inForce.settings().language(review.subject()), inForce.guidance().docsUrl(), request.ref());
  }
}
