package io.meshguard.admission;

import io.meshguard.deadline.Deadline;
import io.meshguard.engine.Deletion;
import io.meshguard.engine.Engine;
import io.meshguard.engine.FixResult;
import io.meshguard.engine.Review;
import io.meshguard.engine.Subject;
import io.meshguard.engine.Verdict;
import io.meshguard.istio.Namespaces;
import io.meshguard.mesh.Access;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.MeshWithAccess;
import io.meshguard.mesh.Permissions;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Finding;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Operation;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Answers requests: what a verdict or a mending becomes for an API server. */
final class Reviewer {

  /**
   * The most that rules take over one object; the largest that is not made to cost takes a tenth.
   * What is left of the caller's time is for writing the answer.
   */
  private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

  /** As much as the largest rule may take. */
  private static final long ANNOUNCING_NANOS = Duration.ofMillis(500).toNanos();

  private final Engine engine;
  private final Set<Kind> subjects;
  private final Supplier<ActivePolicy> policy;
  private final Supplier<Mesh> mesh;
  private final Permissions permissions;
  private final Clock clock;
  private final Function<Finding, List<String>> fragment;

  /**
   * Makes a reviewer.
   *
   * @param policy the policy in force at each moment
   * @param mesh the mesh as it is at each moment
   * @param permissions what those may do who make requests
   * @param fragment the corrected part of an object, line by line; empty where nothing can be shown
   */
  Reviewer(
      Engine engine,
      Supplier<ActivePolicy> policy,
      Supplier<Mesh> mesh,
      Permissions permissions,
      Clock clock,
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
    this.fragment = fragment;
  }

  /** Returns what every result rests on at the moment; empty where the mesh cannot tell. */
  Optional<Object> grounds() {
    Mesh around = mesh.get();
    OptionalLong changes = around.changes();
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Grounds(policy.get(), changes.getAsLong(), around.facts(), LocalDate.now(clock)));
  }

  private record Grounds(ActivePolicy policy, long changes, MeshFacts facts, LocalDate today) {}

  /** Decides whether the object may be stored as it is. */
  ReviewResult validate(AdmissionRequest request) {
    return toJudge(request, this::validate);
  }

  private ReviewResult validate(AdmissionRequest request, Resource object) {
    ActivePolicy inForce = policy.get();
    NotedAccess access = new NotedAccess(permissions.access(request.requester()));
    Review review = review(request, object, access, inForce);
    Verdict verdict = Deadline.withinHalf(LONGEST_NANOS, () -> engine.judge(review));
    ReviewMessages speech = speech(request, review, inForce);
    Warnings warnings = new Warnings();
    Optional<ReviewResult.Denied> denial = Optional.empty();
    if (verdict.denied()) {
      String message = new Denial(speech, inForce.guidance(), fragment).of(verdict);
      denial = Optional.of(new ReviewResult.Denied(message, speech.language()));
    } else {
      verdict.judged().stream()
          .filter(judged -> !judged.exempt() && judged.mode() != Mode.OFF)
          .forEach(judged -> warnings.add(() -> speech.warning(judged)));
    }
    verdict.notices().forEach(notice -> warnings.add(() -> speech.language().render(notice)));
    verdict.faults().forEach(fault -> warnings.add(() -> speech.fault(fault)));
    verdict.cutShort().forEach(rule -> warnings.add(() -> speech.cutShort(rule)));
    if (inForce.guidance().announceRouteChanges() && denial.isEmpty()) {
      announce(review, inForce.guidance(), speech, warnings);
    }
    List<String> lines = warnings.fitting(left -> speech.say("and-more", left));
    ReviewOutcome outcome = lines.isEmpty() ? ReviewOutcome.ALLOWED : ReviewOutcome.WARNED;
    return new ReviewResult(
        request,
        denial.isPresent() ? ReviewOutcome.DENIED : outcome,
        ReviewSummary.of(verdict),
        denial,
        lines,
        List.of(),
        AuditAnnotations.of(verdict),
        verdict.faults().isEmpty() && !access.asked());
  }

  /** Only here and not where objects are changed, so that it is said once. */
  private static void announce(
      Review review, Guidance guidance, ReviewMessages speech, Warnings warnings) {
    review
        .old()
        .ifPresent(
            stored ->
                new RouteChanges(speech, guidance.ownOnly())
                    .of(stored, review.subject().object(), review.mesh(), ANNOUNCING_NANOS)
                    .forEach(line -> warnings.add(() -> line)));
  }

  /** Decides what is to be changed in the object before it is stored. */
  ReviewResult mutate(AdmissionRequest request) {
    return toJudge(request, this::mutate);
  }

  private ReviewResult mutate(AdmissionRequest request, Resource object) {
    ActivePolicy inForce = policy.get();
    NotedAccess access = new NotedAccess(permissions.access(request.requester()));
    Review review = review(request, object, access, inForce);
    FixResult mending = Deadline.withinHalf(LONGEST_NANOS, () -> engine.mend(review));
    ReviewMessages speech = speech(request, review, inForce);
    Warnings warnings = new Warnings();
    mending.applied().forEach(judged -> warnings.add(() -> speech.fixed(judged)));
    return new ReviewResult(
        request,
        mending.ops().isEmpty() ? ReviewOutcome.ALLOWED : ReviewOutcome.PATCHED,
        ReviewSummary.of(mending),
        Optional.empty(),
        warnings.fitting(left -> speech.say("and-more", left)),
        mending.ops(),
        AuditAnnotations.of(mending.applied()),
        mending.faults().isEmpty() && !access.asked());
  }

  private ReviewResult toJudge(
      AdmissionRequest request, BiFunction<AdmissionRequest, Resource, ReviewResult> judge) {
    boolean stored = request.operation().equals("CREATE") || request.operation().equals("UPDATE");
    Optional<Resource> object = request.object();
    if (!stored
        || !request.subresource().isEmpty()
        || object.isEmpty()
        || (request.operation().equals("UPDATE") && Deletion.goesOn(object.get(), request.old()))
        || fromControlPlane(request)) {
      return ReviewResult.skipped(request, ReviewSummary.NOTHING);
    }
    return subjects.contains(object.get().kind())
        ? judge.apply(request, object.get())
        : ReviewResult.skipped(request, ReviewSummary.UNKNOWN_KIND);
  }

  /** What istiod and its gateways write is theirs to answer for. */
  private boolean fromControlPlane(AdmissionRequest request) {
    String account = request.requester().serviceAccount();
    int slash = account.indexOf('/');
    return slash > 0 && mesh.get().facts().rootNamespaces().contains(account.substring(0, slash));
  }

  private Review review(
      AdmissionRequest request, Resource object, Access access, ActivePolicy inForce) {
    Mesh around = new MeshWithAccess(mesh.get(), access);
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

  private static ReviewMessages speech(
      AdmissionRequest request, Review review, ActivePolicy inForce) {
    return new ReviewMessages(
        inForce.settings().language(review.subject()), inForce.guidance().docsUrl(), request.ref());
  }
}
