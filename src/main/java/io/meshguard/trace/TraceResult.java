package io.meshguard.trace;

import io.meshguard.mesh.Version;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.route.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of a call at one proxy.
 *
 * @param proxy the proxy
 * @param call the call
 * @param branches the answers: one where it is certain, and one for each combination of what is not
 *     known that leads elsewhere
 * @param doubts why no answer is certain
 * @param cutShort whether there are more combinations than were tried
 */
public record TraceResult(
    Proxy proxy, Call call, List<Branch> branches, Set<Question> doubts, boolean cutShort) {

  /** Copies the collections. */
  public TraceResult {
    branches = List.copyOf(branches);
    doubts = Set.copyOf(doubts);
  }

  /**
   * One answer.
   *
   * @param versions the versions of Istio that it holds for; empty where it holds for all
   * @param assumed what is taken for granted
   * @param steps the way
   * @param shares the outcomes with the share of such requests that meet each
   */
  public record Branch(
      Set<Version> versions, Map<Question, Boolean> assumed, List<Step> steps, List<Share> shares) {
    /** Copies the collections. */
    public Branch {
      versions = Set.copyOf(versions);
      assumed = Map.copyOf(assumed);
      steps = List.copyOf(steps);
      shares = List.copyOf(shares);
    }

    /** Returns the outcome that most requests meet. */
    public Outcome outcome() {
      return shares.get(0).outcome();
    }
  }

  /**
   * An outcome with its share.
   *
   * @param percent how many of a hundred requests meet it
   */
  public record Share(double percent, Outcome outcome) {}

  /** Returns whether there is one answer, and no doubt about it. */
  public boolean certain() {
    return branches.size() == 1 && doubts.isEmpty() && !cutShort;
  }

  /**
   * Returns the first answer: that under which everything that is not known is as one would hope.
   */
  public Branch first() {
    return branches.get(0);
  }
}
