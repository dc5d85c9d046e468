package io.meshguard.expect;

import io.meshguard.expect.Expectation.HeaderChange;
import io.meshguard.expect.Judgement.Difference;
import io.meshguard.expect.Judgement.Verdict;
import io.meshguard.istio.GoDuration;
import io.meshguard.route.ClusterName;
import io.meshguard.rule.Message;
import io.meshguard.trace.Outcome;
import io.meshguard.trace.TraceResult;
import io.meshguard.trace.TraceResult.Branch;
import io.meshguard.trace.TraceResult.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Holds what becomes of a request against what is expected of it. */
public final class Judge {

  /** Where weights do not add up to a hundred, shares are fractions. */
  private static final double ALLOWANCE = 0.5;

  private static final double ALL = 100;

  private final Expectation expect;
  private final String namespace;

  private Judge(Expectation expect, String namespace) {
    this.expect = expect;
    this.namespace = namespace;
  }

  /** Returns what is found of a test whose request was traced at each proxy that it names. */
  public static Judgement judge(RouteTest test, List<TraceResult> results) {
    Verdict verdict = Verdict.PASSED;
    List<Difference> differences = new ArrayList<>();
    for (TraceResult result : results) {
      List<Difference> found = new ArrayList<>();
      Verdict one = new Judge(test.expect(), result.proxy().namespace()).judge(result, found);
      boolean worse = rank(one) > rank(verdict);
      verdict = worse ? one : verdict;
      if (worse) {
        differences.clear();
        differences.addAll(found);
      }
    }
    return new Judgement(test, verdict, differences, results, Optional.empty());
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> 0;
      case UNCERTAIN -> 1;
      case FAILED, UNUSABLE -> 2;
    };
  }

  private Verdict judge(TraceResult result, List<Difference> differences) {
    List<Difference> first = List.of();
    int met = 0;
    for (Branch branch : result.branches()) {
      List<Difference> found = differences(branch);
      if (found.isEmpty()) {
        met++;
      } else if (first.isEmpty()) {
        first = found;
      }
    }
    differences.addAll(first);
    if (met == 0) {
      return Verdict.FAILED;
    }
    boolean sure =
        met == result.branches().size() && result.doubts().isEmpty() && !result.cutShort();
    return sure || !expect.certain() ? Verdict.PASSED : Verdict.UNCERTAIN;
  }

  private List<Difference> differences(Branch branch) {
    List<Difference> found = new ArrayList<>();
    BranchView view = new BranchView(branch);
    for (Share share : branch.shares()) {
      if (share.percent() > 0 && found.isEmpty()) {
        outcome(share, found);
      }
    }
    weights(branch, found);
    limits(view, branch.outcome(), found);
    headers(view, found);
    mirrors(view, found);
    return found;
  }

  /** Each share must be as expected, since a request may meet any. */
  private void outcome(Share share, List<Difference> found) {
    Outcome outcome = share.outcome();
    Message seen = seen(share);
    String word = OutcomeWord.of(outcome).text();
    expect
        .outcome()
        .filter(wanted -> !wanted.equals(word))
        .ifPresent(wanted -> found.add(new Difference(Keys.OUTCOME, wanted, seen)));
    expect
        .status()
        .ifPresent(
            wanted -> {
              boolean known = !(outcome instanceof Outcome.Forwarded) && !passed(outcome);
              if (!known || wanted != outcome.status()) {
                found.add(new Difference(Keys.STATUS, Long.toString(wanted), seen));
              }
            });
    expect
        .flag()
        .filter(wanted -> !wanted.equals(outcome.flag()))
        .ifPresent(wanted -> found.add(new Difference(Keys.FLAG, wanted, seen)));
    expect
        .redirect()
        .filter(wanted -> !isAt(wanted, outcome))
        .ifPresent(wanted -> found.add(new Difference(Keys.REDIRECT, wanted, seen)));
    destination(outcome, seen, found);
    sent(outcome, seen, found);
  }

  private static boolean passed(Outcome outcome) {
    return outcome instanceof Outcome.PassedThrough;
  }

  private static boolean isAt(String wanted, Outcome outcome) {
    if (!(outcome instanceof Outcome.Redirected redirected)) {
      return false;
    }
    String location = redirected.location();
    return location.equals(wanted)
        || (location.equals(wanted + "/") && wanted.lastIndexOf('/') <= wanted.indexOf("://") + 2);
  }

  private void destination(Outcome outcome, Message seen, List<Difference> found) {
    // A destination that answers nothing is only meant where the test says so.
    boolean isSaid =
        expect.outcome().isPresent() || expect.status().isPresent() || expect.flag().isPresent();
    boolean counts = outcome instanceof Outcome.Forwarded || isSaid;
    Optional<ClusterName> cluster =
        counts ? BranchView.cluster(outcome) : Optional.<ClusterName>empty();
    Optional<String> host = cluster.map(ClusterName::host);
    if (host.isEmpty() && isSaid && outcome instanceof Outcome.PassedThrough through) {
      host = through.service();
    }
    Optional<String> to = host;
    expect
        .host()
        .filter(wanted -> to.filter(is -> Hosts.isSame(wanted, is, namespace)).isEmpty())
        .ifPresent(wanted -> found.add(new Difference(Keys.HOST, wanted, seen)));
    expect
        .port()
        .ifPresent(
            wanted -> {
              if (cluster.filter(is -> is.port() == wanted).isEmpty()) {
                found.add(new Difference(Keys.PORT, Long.toString(wanted), seen));
              }
            });
    expect
        .subset()
        .filter(wanted -> cluster.filter(is -> is.subset().equals(wanted)).isEmpty())
        .ifPresent(wanted -> found.add(new Difference(Keys.SUBSET, wanted, seen)));
  }

  private void sent(Outcome outcome, Message seen, List<Difference> found) {
    Optional<Outcome.Forwarded> forwarded =
        outcome instanceof Outcome.Forwarded one ? Optional.of(one) : Optional.empty();
    expect
        .path()
        .filter(wanted -> forwarded.filter(is -> is.path().equals(wanted)).isEmpty())
        .ifPresent(
            wanted ->
                found.add(
                    new Difference(
                        Keys.REWRITE + "." + Keys.PATH,
                        wanted,
                        forwarded.map(is -> plain(is.path())).orElse(seen))));
    expect
        .authority()
        .filter(wanted -> forwarded.filter(is -> is.authority().equals(wanted)).isEmpty())
        .ifPresent(
            wanted ->
                found.add(
                    new Difference(
                        Keys.REWRITE + "." + Keys.AUTHORITY,
                        wanted,
                        forwarded.map(is -> plain(is.authority())).orElse(seen))));
  }

  private void weights(Branch branch, List<Difference> found) {
    double all = 0;
    for (Share share : branch.shares()) {
      all += BranchView.cluster(share.outcome()).isPresent() ? share.percent() : 0;
    }
    for (String key : new TreeSet<>(expect.weights().keySet())) {
      long wanted = expect.weights().getOrDefault(key, 0L);
      double percent = 0;
      for (Share share : branch.shares()) {
        boolean isIt =
            BranchView.cluster(share.outcome()).filter(to -> isNamed(to, key)).isPresent();
        percent += isIt ? share.percent() : 0;
      }
      double part = all == 0 ? 0 : ALL * percent / all;
      if (Math.abs(part - wanted) > ALLOWANCE) {
        found.add(
            new Difference(
                Keys.WEIGHTS + "." + key,
                Long.toString(wanted),
                all == 0 ? seen(branch.shares().get(0)) : plain(Outcomes.percent(part))));
      }
    }
  }

  /** A weight is named by subset, by host, or by both. */
  private boolean isNamed(ClusterName cluster, String key) {
    int slash = key.indexOf('/');
    String host = slash < 0 ? key : key.substring(0, slash);
    boolean ofHost = Hosts.isSame(host, cluster.host(), namespace);
    return slash < 0
        ? ofHost || cluster.subset().equals(key)
        : ofHost && cluster.subset().equals(key.substring(slash + 1));
  }

  private void limits(BranchView view, Outcome outcome, List<Difference> found) {
    Message none = seen(new Share(ALL, outcome));
    duration(Keys.TIMEOUT, expect.timeout(), view.limit(0), none, found);
    duration(Keys.PER_TRY_TIMEOUT, expect.perTryTimeout(), view.limit(2), none, found);
    if (expect.retries().isPresent()) {
      String wanted = Long.toString(expect.retries().getAsLong());
      Optional<String> is = view.limit(1);
      if (is.filter(wanted::equals).isEmpty()) {
        found.add(new Difference(Keys.RETRIES, wanted, is.map(Judge::plain).orElse(none)));
      }
    }
  }

  private static void duration(
      String key,
      OptionalLong wanted,
      Optional<String> text,
      Message none,
      List<Difference> found) {
    if (wanted.isEmpty()) {
      return;
    }
    OptionalLong is =
        text.isEmpty()
            ? OptionalLong.empty()
            : text.get().isEmpty() ? OptionalLong.of(0) : GoDuration.millis(text.get());
    if (!is.equals(wanted)) {
      Message got =
          text.isEmpty()
              ? none
              : text.get().isEmpty() ? Problem.say("got.none") : plain(text.get());
      found.add(new Difference(key, Outcomes.duration(wanted.getAsLong()), got));
    }
  }

  private void headers(BranchView view, List<Difference> found) {
    List<HeaderChange> done = expect.headers().isEmpty() ? List.of() : view.headers();
    for (HeaderChange wanted : expect.headers()) {
      boolean isDone =
          done.stream()
              .anyMatch(
                  one ->
                      one.side().equals(wanted.side())
                          && one.operation().equals(wanted.operation())
                          && one.name().equalsIgnoreCase(wanted.name())
                          && one.value().equals(wanted.value()));
      if (!isDone) {
        List<String> same =
            done.stream()
                .filter(one -> one.name().equalsIgnoreCase(wanted.name()))
                .map(HeaderChange::toString)
                .toList();
        Message got = same.isEmpty() ? Problem.say("got.none") : plain(String.join(", ", same));
        found.add(new Difference(Keys.HEADERS, wanted.toString(), got));
      }
    }
  }

  private void mirrors(BranchView view, List<Difference> found) {
    if (expect.mirror().isEmpty()) {
      return;
    }
    TreeSet<String> wanted = new TreeSet<>();
    expect.mirror().get().forEach(host -> wanted.add(Hosts.canonical(host, namespace)));
    TreeSet<String> is = new TreeSet<>(view.mirrors());
    if (!is.equals(wanted)) {
      Message got = is.isEmpty() ? Problem.say("got.none") : plain(String.join(", ", is));
      String text = wanted.isEmpty() ? "none" : String.join(", ", expect.mirror().get());
      found.add(new Difference(Keys.MIRROR, text, got));
    }
  }

  private static Message seen(Share share) {
    Message outcome = Outcomes.text(share.outcome());
    return share.percent() >= ALL
        ? outcome
        : Problem.say("got.share", Message.verbatim(Outcomes.percent(share.percent())), outcome);
  }

  private static Message plain(String text) {
    return Problem.say("got.text", text);
  }
}
