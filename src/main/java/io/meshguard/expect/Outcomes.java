package io.meshguard.expect;

import io.meshguard.route.ClusterName;
import io.meshguard.rule.Message;
import io.meshguard.trace.Outcome;

/** Outcomes in a few words. */
final class Outcomes {

  private static final long SECOND = 1_000;
  private static final double HUNDREDTH = 100.0;

  private Outcomes() {}

  /** Returns what becomes of a request, with status and flag where it is an error. */
  static Message text(Outcome outcome) {
    String key = "outcome." + OutcomeWord.of(outcome).text();
    if (outcome instanceof Outcome.Redirected redirected) {
      return Problem.say(key, number(outcome.status()), Message.verbatim(redirected.location()));
    }
    String about = BranchView.cluster(outcome).map(Outcomes::cluster).orElse("");
    if (outcome instanceof Outcome.PassedThrough through) {
      about = through.service().orElse("-");
    }
    return Problem.say(
        key, number(outcome.status()), Message.verbatim(about), Message.verbatim(outcome.flag()));
  }

  private static Message.Verbatim number(int status) {
    return Message.verbatim(status == 0 ? "-" : Integer.toString(status));
  }

  private static String cluster(ClusterName cluster) {
    String subset = cluster.subset().isEmpty() ? "" : " " + cluster.subset();
    return cluster.host() + ":" + cluster.port() + subset;
  }

  /** Returns a share, with at most two digits behind the point. */
  static String percent(double percent) {
    return percent == Math.rint(percent)
        ? Long.toString((long) percent)
        : Double.toString(Math.round(percent * HUNDREDTH) / HUNDREDTH);
  }

  /** Returns a duration as people write it. */
  static String duration(long milliseconds) {
    if (milliseconds == 0) {
      return "none";
    }
    return milliseconds % SECOND == 0 ? milliseconds / SECOND + "s" : milliseconds + "ms";
  }
}
