package io.meshguard.rules.http10;

import io.meshguard.mesh.WorkBudget;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.rules.http10.NginxConfig.Directive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code proxy_pass} directives of the nginx configuration in a ConfigMap, each with the
 * protocol version in force there. A scope inherits {@code proxy_http_version} from the one around
 * it; an included file of the same ConfigMap counts as written in place, any other makes the
 * version of its scope unknown, except the ones that everybody includes.
 */
final class NginxProxies {

  /** What an address of plain HTTP begins with. */
  static final String HTTP = "http://";

  private static final String VERSION = "proxy_http_version";
  private static final int MOST_DEPTH = 8;

  /** Inclusions after which the rest counts as unknown, since files may include each other. */
  private static final int MOST_INCLUSIONS = 1_000;

  private static final int STEPS_PER_PROXY = 8;

  /** Files of the nginx packages that set no protocol version. */
  private static final Set<String> HARMLESS =
      Set.of("mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params");

  /** Ends of the names of texts that may show such a configuration, but that no nginx reads. */
  private static final Set<String> OTHER_TEXTS =
      Set.of(
          ".md",
          ".markdown",
          ".rst",
          ".adoc",
          ".txt",
          ".html",
          ".htm",
          ".json",
          ".yaml",
          ".yml",
          ".xml",
          ".toml",
          ".lua",
          ".js",
          ".py",
          // settings of the ingress-nginx controller, which sets the version in its own template
          "-snippet");

  private final Map<String, List<Directive>> files = new HashMap<>();
  private final Map<String, Cursor> places = new LinkedHashMap<>();
  private final Set<String> included = new HashSet<>();
  private final Set<String> local = new HashSet<>();
  private final Map<String, List<String>> upstreams = new HashMap<>();
  private final List<Proxy> proxies = new ArrayList<>();

  private final WorkBudget budget;
  private int inclusions;

  /** Reads a ConfigMap; where the budget ends, what is known of it is not all. */
  NginxProxies(Resource configMap, WorkBudget budget) {
    this.budget = budget;
    for (Cursor.Field entry : configMap.at("data").fields()) {
      String text = entry.value().text("");
      if (text.indexOf(';') >= 0 && !isOtherText(entry.name())) {
        NginxConfig.read(text, budget).ifPresent(read -> files.put(entry.name(), read));
        places.put(entry.name(), entry.value());
      }
    }
  }

  private static boolean isOtherText(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return OTHER_TEXTS.stream().anyMatch(lower::endsWith);
  }

  /** Returns whether a ConfigMap may hold a {@code proxy_pass}, told without reading it. */
  static boolean mayBeIn(Resource configMap) {
    return configMap.at("data").fields().stream()
        .anyMatch(entry -> entry.value().text("").contains("proxy_pass"));
  }

  /**
   * A {@code proxy_pass} to an HTTP server.
   *
   * @param file the key in the ConfigMap's data
   * @param target what it says, or where that is a variable, one value of it
   * @param version the version that is set in its scope; empty where none is, so that nginx's
   *     default counts
   * @param servers hosts, with their ports where those are written, that it may call; empty where
   *     they depend on something else
   * @param variable the variable of the container's environment that the whole address comes from;
   *     empty where it is written here
   */
  record Proxy(
      Cursor file,
      String target,
      Optional<String> version,
      Set<String> servers,
      Optional<String> variable) {

    Proxy {
      servers = Set.copyOf(servers);
    }
  }

  /** What a scope knows of the version. */
  private record Scope(Optional<String> version, boolean known) {}

  /** Returns the proxies, leaving out those to the same Pod; for one call. */
  List<Proxy> proxies() {
    files.values().forEach(this::survey);
    Scope around = aroundParts();
    places.forEach(
        (name, place) -> {
          List<Directive> top = files.get(name);
          if (top != null && !included.contains(name)) {
            Scope start = http(top).isPresent() ? new Scope(Optional.empty(), true) : around;
            walk(new NginxBlock("", top, null), start, place, 0);
          }
        });
    return proxies;
  }

  /** Returns whether no file has an http block, so that another ConfigMap's includes them. */
  boolean areParts() {
    return files.values().stream().allMatch(top -> http(top).isEmpty());
  }

  /** Returns whether the files may set the version for parts that they include. */
  boolean maySetVersion() {
    Scope scope = aroundParts();
    return scope.version().isPresent() || !scope.known();
  }

  /** A file without an http block is included into the one of another file, if there is one. */
  private Scope aroundParts() {
    Scope outside = new Scope(Optional.empty(), true);
    return files.values().stream()
        .flatMap(top -> http(top).stream())
        .findFirst()
        .map(http -> scope(http.children(), outside, 0))
        .orElse(outside);
  }

  private static Optional<Directive> http(List<Directive> top) {
    return top.stream().filter(directive -> directive.name().equals("http")).findFirst();
  }

  private void walk(NginxBlock block, Scope around, Cursor file, int depth) {
    Scope scope = scope(block.directives(), around, depth);
    for (Directive directive : block.directives()) {
      if (!budget.take(1)) {
        return;
      }
      if (directive.name().equals("proxy_pass") && scope.known()) {
        add(directive.arg(), block, file, scope.version());
      } else if (directive.name().equals("include")) {
        String name = fileName(directive.arg());
        List<Directive> own = files.get(name);
        if (own != null && depth < MOST_DEPTH && mayInclude()) {
          NginxBlock inner = new NginxBlock("", own, block);
          walk(inner, scope, places.getOrDefault(name, file), depth + 1);
        }
      } else if (!directive.name().equals("stream") && !directive.children().isEmpty()) {
        NginxBlock inner = new NginxBlock(directive.name(), directive.children(), block);
        walk(inner, scope, file, depth);
      }
    }
  }

  /**
   * Adds a proxy where each address that it may have is one of plain HTTP: TLS is passed on by
   * Envoy as it is. Where one is in the same Pod, nothing is known of the others.
   */
  private void add(String target, NginxBlock block, Cursor file, Optional<String> version) {
    budget.take(STEPS_PER_PROXY);
    Optional<Set<String>> addresses = block.resolve(target, budget);
    if (addresses.isEmpty()) {
      if (target.startsWith("${")) {
        Optional<String> variable = Optional.of(NginxBlock.variable(target));
        proxies.add(new Proxy(file, target, version, Set.of(), variable));
      }
      return;
    }
    Set<String> servers = new LinkedHashSet<>();
    boolean certain = true;
    for (String address : addresses.get()) {
      if (!address.startsWith(HTTP)) {
        return;
      }
      String host = hostOf(address);
      Set<String> hosts = block.resolve(host, budget).orElse(Set.of());
      certain &= !hosts.isEmpty() && hosts.stream().allMatch(h -> h.indexOf('$') < 0);
      for (String each : hosts) {
        if (local.contains(each) || isLoopback(each)) {
          return;
        }
        servers.addAll(upstreams.getOrDefault(each, List.of(each)));
      }
    }
    String shown = addresses.get().iterator().next();
    proxies.add(new Proxy(file, shown, version, certain ? servers : Set.of(), Optional.empty()));
  }

  private Scope scope(List<Directive> directives, Scope around, int depth) {
    Scope scope = around;
    budget.take(directives.size());
    for (Directive directive : directives) {
      if (directive.name().equals(VERSION)) {
        return new Scope(Optional.of(directive.arg()), true);
      }
      if (directive.name().equals("include")) {
        scope = included(directive.arg(), scope, depth);
      }
    }
    return scope;
  }

  private boolean mayInclude() {
    return inclusions++ < MOST_INCLUSIONS;
  }

  private Scope included(String path, Scope scope, int depth) {
    String name = fileName(path);
    List<Directive> own = files.get(name);
    if (own != null && !budget.isOver() && depth < MOST_DEPTH && mayInclude()) {
      return scope(own, scope, depth + 1);
    }
    boolean servers = name.contains("*");
    return servers || HARMLESS.contains(name) ? scope : new Scope(scope.version(), false);
  }

  /** Notes which upstreams are in the same Pod, and which files another one includes. */
  private void survey(List<Directive> directives) {
    for (Directive directive : directives) {
      if (directive.name().equals("include")) {
        included.add(fileName(directive.arg()));
      } else if (directive.name().equals("upstream")) {
        List<Directive> servers =
            directive.children().stream().filter(d -> d.name().equals("server")).toList();
        if (!servers.isEmpty() && servers.stream().allMatch(d -> isLoopback(d.arg()))) {
          local.add(directive.arg());
        }
        upstreams.put(directive.arg(), servers.stream().map(Directive::arg).toList());
      } else {
        survey(directive.children());
      }
    }
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the host of an address of plain HTTP, with its port where one is written. */
  static String hostOf(String address) {
    String rest = address.substring(HTTP.length());
    int end = 0;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end);
    return rest.startsWith("unix:") ? rest : authority.substring(authority.lastIndexOf('@') + 1);
  }

  /** Traffic inside a Pod does not pass the sidecar. */
  static boolean isLoopback(String host) {
    return host.startsWith("unix:")
        || host.startsWith("127.")
        || host.startsWith("[::1]")
        || host.equals("localhost")
        || host.startsWith("localhost:");
  }
}
