package io.meshguard.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Cursor.Field;
import io.meshguard.resource.Resource;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the policy in force. A policy that is found bad, or is deleted, never takes the last good
 * one out of force. May be used from several threads; a reader never waits.
 */
public final class PolicyHolder {

  private final PolicyReader reader;
  private volatile ActivePolicy inForce;

  /**
   * Makes a holder in which the default policy is in force.
   *
   * @param start time from which it is
   */
  public PolicyHolder(PolicyReader reader, Policy defaults, Instant start) {
    this.reader = reader;
    this.inForce =
        new ActivePolicy(
            defaults, State.DEFAULT, 0, start, Map.of(), List.of(), List.of(), List.of());
  }

  /** Where the policy in force comes from. */
  public enum State {
    /** Nobody wrote one. */
    DEFAULT,
    /** It is the policy in the cluster. */
    ACCEPTED,
    /** The policy in the cluster is bad; this one was good. */
    LAST_GOOD,
    /** There is no policy in the cluster any more; this one was in force before. */
    DELETED
  }

  /**
   * The policy in force and how it came to be so.
   *
   * @param policy the policy
   * @param state where it comes from
   * @param generation how many policies came into force before it; 0 for the default
   * @param since time from which it is in force
   * @param data the ConfigMap's data that it was read from, to be stored as the accepted one; empty
   *     for the default
   * @param problems why the policy in the cluster is not the one in force
   * @param warnings what somebody should know of the one in force
   * @param ignored parts of the one in force that this release does not know
   */
  public record ActivePolicy(
      Policy policy,
      State state,
      long generation,
      Instant since,
      Map<String, String> data,
      List<Problem> problems,
      List<Problem> warnings,
      List<Problem> ignored) {

    public ActivePolicy {
      data = Map.copyOf(data);
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
      ignored = List.copyOf(ignored);
    }

    private ActivePolicy with(State now, List<Problem> why) {
      return new ActivePolicy(policy, now, generation, since, data, why, warnings, ignored);
    }
  }

  /** Returns the policy in force. */
  public ActivePolicy inForce() {
    return inForce;
  }

  /**
   * Takes the policy as it now is in the cluster. A good one comes into force with the next
   * generation, unless it says the same as the one that is; a bad one only leaves its problems.
   *
   * @return what is in force now
   */
  public synchronized ActivePolicy offer(Resource configMap, Instant now) {
    PolicyResult result = reader.read(configMap, day(now));
    if (result instanceof PolicyResult.Refused refused) {
      State state = inForce.generation() == 0 ? State.DEFAULT : State.LAST_GOOD;
      return put(inForce.with(state, refused.reasons()));
    }
    Map<String, String> data = data(configMap);
    if (inForce.generation() > 0 && inForce.data().equals(data)) {
      return put(inForce.with(State.ACCEPTED, List.of()));
    }
    return accept((PolicyResult.Accepted) result, State.ACCEPTED, data, now);
  }

  /**
   * Takes a policy that was once found good, by this release or a newer one, and stored. It comes
   * into force without what this release does not know, unless the policy in the cluster is in
   * force.
   *
   * @return what is in force now
   */
  public synchronized ActivePolicy restore(Resource stored, Instant now) {
    Map<String, String> data = data(stored);
    boolean known = inForce.generation() > 0 && inForce.data().equals(data);
    if (inForce.state() == State.ACCEPTED || known) {
      return inForce;
    }
    PolicyResult result = reader.readLenient(stored, day(now));
    if (!(result instanceof PolicyResult.Accepted accepted)) {
      return inForce;
    }
    List<Problem> problems = inForce.problems();
    State state = problems.isEmpty() ? State.DELETED : State.LAST_GOOD;
    accept(accepted, state, data, now);
    return put(inForce.with(state, problems));
  }

  /**
   * Takes notice that there is no policy in the cluster. What is in force stays so.
   *
   * @return what is in force now
   */
  public synchronized ActivePolicy deleted() {
    State state = inForce.generation() == 0 ? State.DEFAULT : State.DELETED;
    return put(inForce.with(state, List.of()));
  }

  private ActivePolicy accept(
      PolicyResult.Accepted accepted, State state, Map<String, String> data, Instant now) {
    return put(
        new ActivePolicy(
            accepted.used(),
            state,
            inForce.generation() + 1,
            now,
            data,
            List.of(),
            accepted.warnings(),
            accepted.ignored()));
  }

  private ActivePolicy put(ActivePolicy next) {
    inForce = next;
    return next;
  }

  private static LocalDate day(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
  }

  private static Map<String, String> data(Resource configMap) {
    Map<String, String> data = new LinkedHashMap<>();
    for (Field field : configMap.at("data").fields()) {
      JsonNode value = field.value().node();
      data.put(field.name(), value.asText());
    }
    return data;
  }
}
