package io.meshguard.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is taken for granted where the mesh does not tell. Whoever walks through the tables asks
 * here, and whoever wants to know what depends on it walks again with other answers. Not for use by
 * several threads at once.
 */
public final class Assumptions {

  /** What a question or a doubt is about. */
  public enum Subject {
    /** Of two objects the first is older, or else the second. */
    OLDER,
    /** A host that no given object registers is registered elsewhere. */
    HOST_ELSEWHERE,
    /** A subset that no given object defines is defined elsewhere. */
    SUBSET_ELSEWHERE,
    /** A VirtualService that a route delegates to, and that is not given, exists. */
    DELEGATE_ELSEWHERE,
    /** A Gateway that a VirtualService names, and that is not given, takes the host. */
    GATEWAY_ELSEWHERE,
    /** A condition that cannot be told from the request is met. */
    CONDITION,
    /** The workload behind a Service has a sidecar. */
    SIDECAR,
    /** Doubt: an EnvoyFilter changes what is said here. */
    ENVOY_FILTER,
    /** Doubt: routes of the Gateway API count with those of VirtualServices. */
    GATEWAY_API,
    /** Doubt: a waypoint takes the requests. */
    WAYPOINT,
    /** Doubt: an AuthorizationPolicy may refuse the request. */
    AUTHORIZATION,
    /** Doubt: several clusters, or sources of configuration, belong to the mesh. */
    OTHER_SOURCES,
    /** Doubt: Istio is older than what is modelled. */
    OLD_VERSION,
    /** Doubt: something of the object is written in a way that Istio refuses or reads otherwise. */
    UNREADABLE,
    /** Doubt: the setting is not modelled. */
    NOT_MODELLED
  }

  /**
   * A question that can be answered both ways, or a doubt that cannot.
   *
   * @param subject what it is about
   * @param about objects and names, in the order in which {@link Subject} speaks of them
   */
  public record Question(Subject subject, List<String> about) {
    /** Copies the list. */
    public Question {
      about = List.copyOf(about);
    }
  }

  private final Map<Question, Boolean> given;
  private final Map<Question, Boolean> asked = new LinkedHashMap<>();
  private final Set<Question> doubts = new LinkedHashSet<>();

  /** Makes assumptions of which none is given: every question is answered with yes. */
  public Assumptions() {
    this(Map.of());
  }

  /** Makes assumptions with given answers; every other question is answered with yes. */
  public Assumptions(Map<Question, Boolean> given) {
    this.given = Map.copyOf(given);
  }

  /** Returns what is taken for granted of a question, and keeps that it was asked. */
  public boolean holds(Subject subject, String... about) {
    Question question = new Question(subject, List.of(about));
    boolean answer = given.getOrDefault(question, true);
    asked.put(question, answer);
    return answer;
  }

  /** Keeps a doubt about everything that is said. */
  public void doubt(Subject subject, String... about) {
    doubts.add(new Question(subject, List.of(about)));
  }

  /** Returns the questions that were asked, with their answers, in order. */
  public Map<Question, Boolean> asked() {
    return new LinkedHashMap<>(asked);
  }

  /** Returns those that were asked and not given, in order. */
  public List<Question> open() {
    List<Question> open = new ArrayList<>(asked.keySet());
    open.removeAll(given.keySet());
    return open;
  }

  /** Returns the doubts, in order. */
  public Set<Question> doubts() {
    return new LinkedHashSet<>(doubts);
  }
}
