package io.meshguard.change;

import io.meshguard.change.Change.Limit;
import io.meshguard.change.Change.Protocol;
import io.meshguard.deadline.Deadline;
import io.meshguard.match.Budget;
import io.meshguard.match.Difference;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.mesh.Mesh;
import io.meshguard.route.Assumptions;
import io.meshguard.route.Assumptions.Question;
import io.meshguard.route.Assumptions.Subject;
import io.meshguard.route.Proxy;
import io.meshguard.route.ProxyTables;
import io.meshguard.route.ServiceCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Compares the tables of one proxy, or of several that have the same. */
final class ProxyComparison {

  /** Orders of objects that are not known and are all tried; each doubles the work. */
  private static final int MOST_ORDERS = 3;

  /**
   * The proxy on both sides.
   *
   * @param before the proxy as it was
   * @param was its mesh
   * @param registry the registry of that
   * @param after the proxy as it is
   * @param is its mesh
   * @param now the registry of that
   */
  record Sides(
      Proxy before, Mesh was, ServiceCatalog registry, Proxy after, Mesh is, ServiceCatalog now) {}

  private final Sides sides;
  private final List<String> titles;
  private final Touched touched;
  private final Map<Question, Boolean> given;
  private final Supplier<Budget> budgets;
  private final Collected collected;
  private final Set<ChangeReport.Open> open = new LinkedHashSet<>();
  private int compared;

  ProxyComparison(
      Sides sides,
      List<String> titles,
      Touched touched,
      Map<Question, Boolean> given,
      Supplier<Budget> budgets,
      Collected collected) {
    this.sides = sides;
    this.titles = titles;
    this.touched = touched;
    this.given = given;
    this.budgets = budgets;
    this.collected = collected;
  }

  /** Returns what could not be compared. */
  Set<ChangeReport.Open> open() {
    return open;
  }

  /** Compares, and returns how many tables were compared. */
  int compare() {
    Set<Question> orders = new LinkedHashSet<>();
    run(given, Map.of(), orders);
    if (orders.size() > MOST_ORDERS) {
      orders.forEach(question -> open(ChangeReport.Reason.ORDER, question));
      return compared;
    }
    List<Question> all = List.copyOf(orders);
    for (int bits = 1; bits < 1 << all.size(); bits++) {
      Map<Question, Boolean> more = new HashMap<>(given);
      Map<String, Boolean> conditions = new TreeMap<>();
      for (int i = 0; i < all.size(); i++) {
        boolean holds = (bits >> i & 1) == 0;
        more.put(all.get(i), holds);
        conditions.put(older(all.get(i)), holds);
      }
      run(more, conditions, new LinkedHashSet<>());
    }
    return compared;
  }

  private static String older(Question question) {
    return String.join(" < ", question.about()) + " (metadata.creationTimestamp)";
  }

  private void open(ChangeReport.Reason reason, Question question) {
    String about = String.join(", ", question.about());
    open.add(new ChangeReport.Open(reason, about));
  }

  /**
   * Compares under some answers.
   *
   * @param conditions those that were only supposed
   * @param orders takes the orders that were asked for and are not known
   */
  private void run(
      Map<Question, Boolean> answers, Map<String, Boolean> conditions, Set<Question> orders) {
    ProxyTables old =
        new ProxyTables(sides.before, sides.was, sides.registry, new Assumptions(answers));
    ProxyTables now = new ProxyTables(sides.after, sides.is, sides.now, new Assumptions(answers));
    Run run = new Run(new Tables(old, true), new Tables(now, false), conditions);
    run.compare();
    Stream.of(old, now)
        .flatMap(tables -> tables.assumptions().open().stream())
        .filter(question -> question.subject() == Subject.OLDER)
        .filter(question -> touched.order(question.about().get(0), question.about().get(1)))
        .forEach(orders::add);
    doubts(old.assumptions(), now.assumptions());
  }

  /** A doubt that is the same on both sides changes the same on both, where nothing else does. */
  private void doubts(Assumptions old, Assumptions now) {
    Set<Question> doubts = new LinkedHashSet<>(old.doubts());
    Set<Question> common = new LinkedHashSet<>(old.doubts());
    doubts.addAll(now.doubts());
    common.retainAll(now.doubts());
    doubts.removeAll(common);
    doubts.forEach(doubt -> open(ChangeReport.Reason.DOUBT, doubt));
  }

  /** One comparison under one set of answers. */
  private final class Run {
    private final Tables old;
    private final Tables now;
    private final Map<String, Boolean> conditions;
    private final Map<List<Object>, List<Collected.Found>> known = new HashMap<>();

    Run(Tables old, Tables now, Map<String, Boolean> conditions) {
      this.old = old;
      this.now = now;
      this.conditions = conditions;
    }

    void compare() {
      Set<Integer> ports = new TreeSet<>(old.ports());
      ports.addAll(now.ports());
      for (int port : ports) {
        Deadline.check();
        if (touched.port(sides.before, port) || touched.port(sides.after, port)) {
          if (old.isHttp(port) || now.isHttp(port)) {
            http(port);
          }
          bytes(port);
        }
      }
    }

    private void http(int port) {
      Set<String> domains = new HashSet<>(old.domains(port, this::concerned));
      domains.addAll(now.domains(port, this::concerned));
      Authorities authorities = new Authorities(domains);
      boolean tls = now.isTls(port) || (!now.isHttp(port) && old.isTls(port));
      for (String domain : authorities.classes(this::concerned)) {
        Deadline.check();
        Optional<String> example = authorities.example(domain);
        if (example.isPresent()) {
          http(port, domain, example.get(), authorities, tls);
        } else {
          open.add(new ChangeReport.Open(ChangeReport.Reason.NO_NAME, domain));
        }
      }
    }

    private boolean concerned(String domain) {
      return touched.domain(sides.after, domain) || touched.domain(sides.before, domain);
    }

    private void http(
        int port, String domain, String example, Authorities authorities, boolean tls) {
      if (old.isPassed(port, example) && now.isPassed(port, example)) {
        // Neither side reads these requests: their connections are compared.
        return;
      }
      Table before = old.http(port, example);
      Table after = now.http(port, example);
      compared++;
      if (before.isLike(after)) {
        return;
      }
      boolean asks = asksAuthority(before) || asksAuthority(after);
      List<Object> key = List.of(before.identity(), after.identity(), asks ? domain : "");
      List<Collected.Found> found = known.get(key);
      if (found == null) {
        String scheme = tls ? "https" : "http";
        RequestMatch where =
            asks
                ? authorities.condition(domain, scheme)
                : RequestMatch.builder().scheme(ValueMatch.exact(scheme)).build();
        found = differences(before, after, where, example, tls, port, domain);
        known.put(key, found);
      }
      found.forEach(one -> collected.add(one, sides.after, titles, port, domain));
    }

    private List<Collected.Found> differences(
        Table before,
        Table after,
        RequestMatch where,
        String example,
        boolean tls,
        int port,
        String domain) {
      Difference difference =
          Difference.of(
              before.matches(),
              after.matches(),
              where,
              (i, j) -> before.verdict(i).isLike(after.verdict(j)),
              example,
              budgets.get());
      if (difference.cutShort()) {
        open.add(
            new ChangeReport.Open(
                ChangeReport.Reason.WORK, sides.after.title() + " " + domain + ":" + port));
      }
      Map<List<Object>, Collected.Found> groups = new LinkedHashMap<>();
      List<Difference.Move> moves = new ArrayList<>(difference.moves());
      bothOpen(before, after, where, example, moves);
      for (Difference.Move move : moves) {
        Verdict was = before.verdict(move.before());
        Verdict is = after.verdict(move.after());
        List<Limit> limits = was.outcome().equals(is.outcome()) ? limits(was, is) : List.of();
        Collected.Found one =
            new Collected.Found(
                tls ? Protocol.HTTPS : Protocol.HTTP,
                move.request(),
                joined(move.opaque()),
                move.certain() && conditions.isEmpty(),
                was,
                is,
                limits);
        List<Object> key = List.of(was.outcome(), is.outcome(), limits);
        groups.merge(key, one, Collected.Found::with);
      }
      return List.copyOf(groups.values());
    }

    /** What no route takes on either side may have another end on each. */
    private void bothOpen(
        Table before,
        Table after,
        RequestMatch where,
        String example,
        List<Difference.Move> moves) {
      if (before.otherwise().isLike(after.otherwise())) {
        return;
      }
      List<RequestMatch> none = new ArrayList<>(before.matches());
      none.addAll(after.matches());
      List<RequestMatch> all = new ArrayList<>(none);
      all.add(RequestMatch.builder().build());
      int last = none.size();
      Difference rest =
          Difference.of(none, all, where, (i, j) -> j != last, example, budgets.get());
      rest.moves().stream()
          .filter(move -> move.before() == last && move.after() == last)
          .forEach(
              move ->
                  moves.add(
                      new Difference.Move(
                          before.matches().size(),
                          after.matches().size(),
                          move.request(),
                          move.opaque(),
                          move.certain())));
    }

    private Map<String, Boolean> joined(Map<String, Boolean> opaque) {
      Map<String, Boolean> all = new TreeMap<>(opaque);
      all.putAll(conditions);
      return all;
    }

    private void bytes(int port) {
      Map<String, Verdict> before = old.chains(port);
      Map<String, Verdict> after = now.chains(port);
      Set<String> keys = new TreeSet<>(before.keySet());
      keys.addAll(after.keySet());
      for (String key : keys) {
        Deadline.check();
        Verdict was = before.getOrDefault(key, Tables.NO_CHAIN);
        Verdict is = after.getOrDefault(key, Tables.NO_CHAIN);
        compared++;
        if (!was.isLike(is)) {
          List<Limit> limits = was.outcome().equals(is.outcome()) ? limits(was, is) : List.of();
          collected.add(
              new Collected.Found(
                  Protocol.TCP,
                  Optional.empty(),
                  conditions,
                  conditions.isEmpty(),
                  was,
                  is,
                  limits),
              sides.after,
              titles,
              port,
              key);
        }
      }
    }
  }

  private static boolean asksAuthority(Table table) {
    return table.matches().stream()
        .flatMap(match -> match.conditions().stream())
        .anyMatch(condition -> condition.dimension().kind() == Dimension.Kind.AUTHORITY);
  }

  private static List<Limit> limits(Verdict was, Verdict is) {
    Set<String> names = new TreeSet<>(was.limits().keySet());
    names.addAll(is.limits().keySet());
    List<Limit> limits = new ArrayList<>();
    for (String name : names) {
      String before = was.limits().getOrDefault(name, "");
      String after = is.limits().getOrDefault(name, "");
      if (!Objects.equals(before, after)) {
        limits.add(new Limit(name, before, after));
      }
    }
    return limits;
  }
}
