package io.meshguard.trace;

import io.meshguard.deadline.Deadline;
import io.meshguard.logic.Ternary;
import io.meshguard.match.Condition;
import io.meshguard.match.Dimension;
import io.meshguard.match.Evaluator;
import io.meshguard.match.Request;
import io.meshguard.match.RequestMatch;
import io.meshguard.route.Action;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.HttpRoute;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.VirtualHost;
import io.meshguard.trace.Step.Kind;
import io.meshguard.trace.Step.Passed;
import io.meshguard.trace.Step.Reason;
import io.meshguard.trace.TraceResult.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way of a request through the routes of a virtual host. */
final class HttpWalk {

  /** Routes behind the one that takes a request which are told of. */
  private static final int MOST_BEHIND = 3;

  private final ProxyTables tables;
  private final Call call;
  private final Destinations destinations;
  private final Evaluator evaluator = new Evaluator();

  HttpWalk(ProxyTables tables, Call call, Destinations destinations) {
    this.tables = tables;
    this.call = call;
    this.destinations = destinations;
  }

  Way withoutHost(List<Place> places, List<Passed> passed) {
    Step step = new Step(Kind.NO_VIRTUAL_HOST, List.of(call.authority()), places, passed);
    return Way.to(List.of(step), new Outcome.NotFound(false));
  }

  Way through(VirtualHost host) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(
            host.own() ? Kind.NO_VIRTUAL_HOST : Kind.VIRTUAL_HOST,
            List.of(call.authority(), host.domain()),
            host.objects().stream().map(Place::of).toList(),
            host.passed().stream()
                .map(one -> new Passed(Place.of(one), Reason.LATER, Optional.empty()))
                .toList()));
    if (host.requiresTls() && call.scheme().equals("http")) {
      steps.add(Step.of(Kind.REQUIRES_TLS, List.of(), host.domain()));
      String query = call.rawQuery().isEmpty() ? "" : "?" + call.rawQuery();
      return Way.to(
          steps, new Outcome.Redirected(301, "https://" + call.authority() + call.path() + query));
    }
    String path = new Paths(tables.mesh()).seen(call.path());
    Request request = request(path);
    List<Passed> passed = new ArrayList<>();
    for (int i = 0; i < host.routes().size(); i++) {
      Deadline.check();
      HttpRoute route = host.routes().get(i);
      if (takes(route, request)) {
        steps.add(chosen(route, passed));
        behind(host, i, request).ifPresent(steps::add);
        return act(route, path).after(steps);
      }
      place(route)
          .ifPresent(at -> passed.add(new Passed(at, Reason.CONDITION, failed(route, request))));
    }
    steps.add(
        new Step(
            Kind.NO_ROUTE, List.of(Integer.toString(host.routes().size())), List.of(), passed));
    return Way.to(steps, new Outcome.NotFound(true));
  }

  private Request request(String path) {
    return new Request(
        call.method(),
        path,
        call.authority(),
        call.scheme(),
        call.headers(),
        call.query(),
        null,
        Map.of(),
        null,
        null);
  }

  private boolean takes(HttpRoute route, Request request) {
    Ternary takes = answer(route.match(), request);
    if (takes != Ternary.UNKNOWN) {
      return takes == Ternary.TRUE;
    }
    return tables
        .assumptions()
        .holds(
            Subject.CONDITION,
            route.object().map(one -> one.ref().path()).orElse(""),
            route.entry().pointer().toString());
  }

  /**
   * Of a header that a log does not show, and of a value that an export hides, nothing is known.
   */
  private Ternary answer(RequestMatch match, Request request) {
    Ternary all = Ternary.TRUE;
    for (Condition condition : match.conditions()) {
      boolean header = condition.dimension().kind() == Dimension.Kind.HEADER;
      boolean shown = call.headers().containsKey(condition.dimension().name());
      boolean hidden =
          (header && !shown && !call.whole()) || (shown && HiddenText.isIn(condition.test()));
      all =
          all.and(
              hidden
                  ? Ternary.UNKNOWN
                  : evaluator.matches(new RequestMatch(List.of(condition)), request));
      if (all == Ternary.FALSE) {
        return all;
      }
    }
    return all;
  }

  private static Optional<Place> place(HttpRoute route) {
    return route
        .object()
        .map(one -> Place.of(one, route.at().isMissing() ? route.entry() : route.at()));
  }

  /** Returns the first condition that the request does not meet. */
  private Optional<Condition> failed(HttpRoute route, Request request) {
    return route.match().conditions().stream()
        .filter(one -> evaluator.matches(new RequestMatch(List.of(one)), request) == Ternary.FALSE)
        .findFirst();
  }

  private Step chosen(HttpRoute route, List<Passed> passed) {
    List<Place> places = new ArrayList<>();
    place(route).ifPresent(places::add);
    if (route.delegate().isPresent()) {
      route.virtualService().ifPresent(root -> places.add(Place.of(root, route.rootEntry())));
    }
    return new Step(Kind.ROUTE, List.of(route.name()), places, passed);
  }

  /** Tells of what would take the request, too, if it stood first. */
  private Optional<Step> behind(VirtualHost host, int chosen, Request request) {
    List<Place> places = new ArrayList<>();
    Action own = host.routes().get(chosen).action();
    for (int i = chosen + 1; i < host.routes().size() && places.size() < MOST_BEHIND; i++) {
      Deadline.check();
      HttpRoute route = host.routes().get(i);
      boolean other = !route.action().equals(own);
      if (other && evaluator.matches(route.match(), request) == Ternary.TRUE) {
        place(route).ifPresent(places::add);
      }
    }
    return places.isEmpty() ? Optional.empty() : Optional.of(Step.of(Kind.WOULD_TAKE, places));
  }

  private Way act(HttpRoute route, String path) {
    Action action = route.action();
    if (action instanceof Action.Forward forward) {
      return forward(route, forward, path);
    }
    if (action instanceof Action.Redirect redirect) {
      return Way.to(
          List.of(),
          new Outcome.Redirected(redirect.status(), Paths.location(call, path, redirect, route)));
    }
    if (action instanceof Action.Respond respond) {
      boolean own = route.virtualService().isEmpty();
      return Way.to(
          List.of(), own ? new Outcome.Blocked(true) : new Outcome.Answered(respond.status()));
    }
    if (action instanceof Action.PassThrough) {
      return destinations.passedThrough();
    }
    tables
        .assumptions()
        .doubt(Subject.UNREADABLE, route.object().map(one -> one.ref().path()).orElse(""));
    return Way.to(List.of(), new Outcome.Unusable());
  }

  private Way forward(HttpRoute route, Action.Forward forward, String path) {
    List<Step> steps = new ArrayList<>();
    Action.Fault fault = forward.limits().fault();
    if (!fault.delay().isEmpty() && fault.delayPercent() > 0) {
      steps.add(
          Step.of(Kind.DELAY, entry(route, "fault"), fault.delay(), percent(fault.delayPercent())));
    }
    double aborted = fault.abortStatus() > 0 ? fault.abortPercent() : 0;
    if (aborted > 0) {
      steps.add(
          Step.of(
              Kind.FAULT,
              entry(route, "fault"),
              Integer.toString(fault.abortStatus()),
              percent(aborted)));
    }
    if (aborted >= 100) {
      return Way.to(steps, new Outcome.Aborted(fault.abortStatus()));
    }
    String sent = Paths.rewritten(path, call.rawQuery(), forward.rewrite(), route);
    String authority =
        forward.rewrite().authority().isEmpty() ? call.authority() : forward.rewrite().authority();
    String before = call.rawQuery().isEmpty() ? path : path + "?" + call.rawQuery();
    if (!sent.equals(before) || !authority.equals(call.authority())) {
      steps.add(Step.of(Kind.REWRITE, entry(route, "rewrite"), sent, authority));
    }
    steps.add(limits(route, forward.limits()));
    Way way = destinations.http(route, forward.targets(), authority, sent);
    if (aborted == 0) {
      return way.after(steps);
    }
    List<Share> shares = new ArrayList<>();
    double left = (100 - aborted) / 100;
    way.shares().forEach(one -> shares.add(new Share(one.percent() * left, one.outcome())));
    shares.add(new Share(aborted, new Outcome.Aborted(fault.abortStatus())));
    return new Way(way.steps(), shares).after(steps);
  }

  private static Step limits(HttpRoute route, Action.Limits limits) {
    Action.Retries retries = limits.retries();
    List<Place> places = new ArrayList<>();
    if (limits.timeout().isPresent()) {
      places.addAll(entry(route, "timeout"));
    }
    if (retries.source() == Action.Retries.Source.ROUTE) {
      places.addAll(entry(route, "retries"));
    }
    return Step.of(
        Kind.LIMITS,
        places,
        limits.timeout().orElse(""),
        Long.toString(retries.attempts()),
        retries.perTry(),
        retries.source().name());
  }

  /** The field of the route, or that of the root's which its delegate takes over. */
  private static List<Place> entry(HttpRoute route, String field) {
    boolean own = route.entry().at(field).isPresent() || route.delegate().isEmpty();
    return own
        ? route.object().map(one -> Place.of(one, route.entry().at(field))).stream().toList()
        : route.virtualService().map(one -> Place.of(one, route.rootEntry().at(field))).stream()
            .toList();
  }

  static String percent(double percent) {
    return percent == Math.rint(percent)
        ? Long.toString((long) percent)
        : Double.toString(Math.round(percent * 100) / 100.0);
  }
}
