package io.meshguard.process;

import io.meshguard.mesh.WorkBudget;
import io.meshguard.process.NginxConfig.Directive;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
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
 * The {@code proxy_pass} and {@code grpc_pass} directives of the nginx configuration in a
 * ConfigMap, each with what is in force there. A scope inherits {@code proxy_http_version} and
 * {@code proxy_pass_request_headers} from the one around it, and {@code proxy_set_header} and
 * {@code grpc_set_header} as long as it has none of its own; an included file of the same ConfigMap
 * counts as written in place, any other makes them unknown in its scope, except the ones that
 * everybody includes.
 */
public final class NginxProxies {

  /** What an address of plain HTTP begins with. */
  public static final String HTTP = "http://";

  private static final String VERSION = "proxy_http_version";
  private static final String GRPC = "grpc://";
  private static final String GRPC_TLS = "grpcs://";
  private static final int MOST_DEPTH = 8;

  /** Inclusions after which the rest counts as unknown, since files may include each other. */
  private static final int MOST_INCLUSIONS = 1_000;

  private static final int STEPS_PER_PROXY = 8;
  private static final int STEPS_PER_HEADER = 16;

  /** Files of the nginx packages that set nothing about proxies. */
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
  public NginxProxies(Resource configMap, WorkBudget budget) {
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

  /** Returns whether a ConfigMap may hold one of the directives, told without reading it. */
  public static boolean mayBeIn(Resource configMap) {
    return configMap.at("data").fields().stream()
        .map(entry -> entry.value().text(""))
        .anyMatch(text -> text.contains("proxy_pass") || text.contains("grpc_pass"));
  }

  /**
   * A {@code proxy_pass} or {@code grpc_pass} to a server without TLS.
   *
   * @param file the key in the ConfigMap's data
   * @param target what it says, or where that is a variable, one value of it
   * @param scope what is in force there
   * @param servers hosts, with their ports where those are written, that it may call; empty where
   *     they depend on something else
   * @param grpc whether it is a {@code grpc_pass}
   * @param variable the variable of the container's environment that the whole address comes from;
   *     empty where it is written here
   */
  public record Proxy(
      Cursor file,
      String target,
      Scope scope,
      Set<String> servers,
      boolean grpc,
      Optional<String> variable) {

    public Proxy {
      servers = Set.copyOf(servers);
    }

    /** Returns the directive that sets headers for it. */
    public String setHeader() {
      return grpc ? "grpc_set_header" : "proxy_set_header";
    }

    /** Returns the target for a reader, without name, password and query, which may hold a key. */
    public String shownTarget() {
      int query = target.indexOf('?');
      String address =
          (query < 0 ? target : target.substring(0, query)).replace("${", "$").replace("}", "");
      int at = address.lastIndexOf('@');
      return at < 0 ? address : address.substring(at + 1);
    }
  }

  /**
   * A header that nginx sets on the requests that it passes on; one with an empty value is left
   * out, also where the request came with it.
   *
   * @param name its name as it is written
   * @param value its value as it is written
   */
  public record Header(String name, String value) {}

  /**
   * What is in force at a place for what is proxied from there.
   *
   * @param version the protocol version that is set, 2 for gRPC; empty where none is seen
   * @param knowsVersion whether nothing unseen may set the version
   * @param headers the headers that are set, of which those of one name are all sent
   * @param knowsHeaders whether nothing unseen may set headers
   * @param passesHeaders whether the headers of the request are passed on, as far as is seen
   */
  public record Scope(
      Optional<String> version,
      boolean knowsVersion,
      List<Header> headers,
      boolean knowsHeaders,
      boolean passesHeaders) {

    private static final Optional<String> HTTP2 = Optional.of("2");

    public Scope {
      headers = List.copyOf(headers);
    }
  }

  /** What is in force at a place for both directives. */
  private record Scopes(Scope http, Scope grpc) {
    static final Scopes OUTERMOST =
        new Scopes(
            new Scope(Optional.empty(), true, List.of(), true, true),
            new Scope(Scope.HTTP2, true, List.of(), true, true));
  }

  /** Returns the proxies, leaving out those to the same Pod; for one call. */
  public List<Proxy> proxies() {
    files.values().forEach(this::survey);
    Scopes around = aroundParts();
    places.forEach(
        (name, place) -> {
          List<Directive> top = files.get(name);
          if (top != null && !included.contains(name)) {
            Scopes start = http(top).isPresent() ? Scopes.OUTERMOST : around;
            walk(new NginxBlock("", top, null), start, place, 0);
          }
        });
    return proxies;
  }

  /** Returns whether no file has an http block, so that another ConfigMap's includes them. */
  public boolean areParts() {
    return files.values().stream().allMatch(top -> http(top).isEmpty());
  }

  /** Returns whether the files may set the version for parts that they include. */
  public boolean maySetVersion() {
    Scope scope = aroundParts().http();
    return scope.version().isPresent() || !scope.knowsVersion();
  }

  /** A file without an http block is included into the one of another file, if there is one. */
  private Scopes aroundParts() {
    return files.values().stream()
        .flatMap(top -> http(top).stream())
        .findFirst()
        .map(http -> scopes(new NginxBlock("http", http.children(), null), Scopes.OUTERMOST, 0))
        .orElse(Scopes.OUTERMOST);
  }

  private static Optional<Directive> http(List<Directive> top) {
    return top.stream().filter(directive -> directive.name().equals("http")).findFirst();
  }

  private void walk(NginxBlock block, Scopes around, Cursor file, int depth) {
    visit(block, scopes(block, around, depth), file, depth);
  }

  /** An included file has the scope of the block that includes it. */
  private void visit(NginxBlock block, Scopes scopes, Cursor file, int depth) {
    for (Directive directive : block.directives()) {
      if (!budget.take(1)) {
        return;
      }
      if (directive.name().equals("proxy_pass")) {
        add(directive.arg(), false, block, file, scopes.http());
      } else if (directive.name().equals("grpc_pass")) {
        add(directive.arg(), true, block, file, scopes.grpc());
      } else if (directive.name().equals("include")) {
        String name = fileName(directive.arg());
        List<Directive> own = files.get(name);
        if (own != null && depth < MOST_DEPTH && mayInclude()) {
          NginxBlock inner = new NginxBlock("", own, block);
          visit(inner, scopes, places.getOrDefault(name, file), depth + 1);
        }
      } else if (!directive.name().equals("stream") && !directive.children().isEmpty()) {
        NginxBlock inner = new NginxBlock(directive.name(), directive.children(), block);
        walk(inner, scopes, file, depth);
      }
    }
  }

  /**
   * Adds a proxy where each address that it may have is one of plain HTTP: TLS is passed on by
   * Envoy as it is. Where one is in the same Pod, nothing is known of the others.
   */
  private void add(String target, boolean grpc, NginxBlock block, Cursor file, Scope scope) {
    budget.take(STEPS_PER_PROXY);
    Optional<Set<String>> addresses = block.resolve(target, budget);
    if (addresses.isEmpty()) {
      if (target.startsWith("${")) {
        Optional<String> variable = Optional.of(NginxBlock.variable(target));
        proxies.add(new Proxy(file, target, scope, Set.of(), grpc, variable));
      }
      return;
    }
    Set<String> servers = new LinkedHashSet<>();
    boolean certain = true;
    for (String written : addresses.get()) {
      String address = grpc ? withoutTls(written) : written;
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
    Set<String> known = certain ? servers : Set.of();
    proxies.add(new Proxy(file, shown, scope, known, grpc, Optional.empty()));
  }

  /** Without a scheme gRPC is sent without TLS. */
  private static String withoutTls(String address) {
    if (address.startsWith(GRPC_TLS)) {
      return address;
    }
    return HTTP + (address.startsWith(GRPC) ? address.substring(GRPC.length()) : address);
  }

  private Scopes scopes(NginxBlock block, Scopes around, int depth) {
    Level level = new Level(block.name());
    level.read(block.directives(), depth);
    return level.in(around);
  }

  private boolean mayInclude() {
    return inclusions++ < MOST_INCLUSIONS;
  }

  /** What one block says of what is proxied from it, with the files that it includes. */
  private final class Level {
    private final boolean holdsServers;
    private Optional<String> version = Optional.empty();
    private final Headers http = new Headers();
    private final Headers grpc = new Headers();
    private Optional<Boolean> passes = Optional.empty();
    private boolean unseen;
    private boolean unseenHeaders;

    Level(String block) {
      this.holdsServers = block.isEmpty() || block.equals("http");
    }

    void read(List<Directive> directives, int depth) {
      if (!budget.take(directives.size())) {
        unseen = true;
        return;
      }
      for (Directive directive : directives) {
        switch (directive.name()) {
          case VERSION -> version = Optional.of(directive.arg());
          case "proxy_set_header" -> http.add(directive.args());
          case "grpc_set_header" -> grpc.add(directive.args());
          case "proxy_pass_request_headers" ->
              passes = Optional.of(!directive.arg().equalsIgnoreCase("off"));
          case "include" -> include(directive.arg(), depth);
          default -> {}
        }
      }
    }

    private void include(String path, int depth) {
      String name = fileName(path);
      List<Directive> own = files.get(name);
      if (own != null && !budget.isOver() && depth < MOST_DEPTH && mayInclude()) {
        read(own, depth + 1);
      } else if (name.contains("*")) {
        unseenHeaders |= !holdsServers;
      } else {
        unseen |= !HARMLESS.contains(name);
      }
    }

    Scopes in(Scopes around) {
      Scope outer = around.http();
      boolean seen = !unseen && !unseenHeaders;
      return new Scopes(
          new Scope(
              version.or(outer::version),
              version.isPresent() || (!unseen && outer.knowsVersion()),
              http.in(outer),
              seen && http.known(outer),
              passes.orElse(unseen || outer.passesHeaders())),
          new Scope(
              Scope.HTTP2, true, grpc.in(around.grpc()), seen && grpc.known(around.grpc()), true));
    }
  }

  /** The headers that one block sets for one of the directives. */
  private final class Headers {
    private final List<Header> own = new ArrayList<>();
    private boolean unread;

    void add(List<String> args) {
      if (args.size() == 2 && budget.take(STEPS_PER_HEADER)) {
        own.add(new Header(args.get(0), args.get(1)));
      } else {
        unread = true;
      }
    }

    List<Header> in(Scope around) {
      return own.isEmpty() ? around.headers() : own;
    }

    boolean known(Scope around) {
      return !unread && (!own.isEmpty() || around.knowsHeaders());
    }
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
  public static String hostOf(String address) {
    String rest = address.substring(HTTP.length());
    int end = 0;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end);
    return rest.startsWith("unix:") ? rest : authority.substring(authority.lastIndexOf('@') + 1);
  }

  /** Returns whether a host is the same Pod: traffic inside it does not pass the sidecar. */
  public static boolean isLoopback(String host) {
    return host.startsWith("unix:")
        || host.startsWith("127.")
        || host.startsWith("[::1]")
        || host.equals("localhost")
        || host.startsWith("localhost:");
  }
}
