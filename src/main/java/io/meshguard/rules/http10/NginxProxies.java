package io.meshguard.rules.http10;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import io.meshguard.rules.http10.NginxConfig.Directive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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

  private static final String VERSION = "proxy_http_version";
  private static final int MOST_DEPTH = 8;

  /** Inclusions after which the rest counts as unknown, since files may include each other. */
  private static final int MOST_INCLUSIONS = 1_000;

  /** Files of the nginx packages that set no protocol version. */
  private static final Set<String> HARMLESS =
      Set.of("mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params");

  private final Map<String, List<Directive>> files = new HashMap<>();
  private final Map<String, Cursor> places = new HashMap<>();
  private final Set<String> included = new HashSet<>();
  private final Set<String> local = new HashSet<>();
  private final List<Proxy> proxies = new ArrayList<>();

  private int inclusions;

  private NginxProxies() {}

  /**
   * A {@code proxy_pass} to an HTTP server.
   *
   * @param file the key in the ConfigMap's data
   * @param target its argument
   * @param version the version that is set in its scope; empty where none is, so that nginx's
   *     default counts
   */
  record Proxy(Cursor file, String target, Optional<String> version) {}

  /** What a scope knows of the version. */
  private record Scope(Optional<String> version, boolean known) {}

  /** Returns the proxies of a ConfigMap, leaving out those to the same Pod. */
  static List<Proxy> of(Resource configMap) {
    List<Cursor.Field> data = configMap.at("data").fields();
    if (data.stream().noneMatch(entry -> entry.value().text("").contains("proxy_pass"))) {
      return List.of();
    }
    NginxProxies reader = read(configMap);
    reader.files.values().forEach(reader::survey);
    Scope around = reader.aroundParts();
    for (Cursor.Field entry : data) {
      List<Directive> top = reader.files.get(entry.name());
      if (top != null && !reader.included.contains(entry.name())) {
        boolean whole = http(top).isPresent();
        Scope start = whole ? new Scope(Optional.empty(), true) : around;
        reader.walk(top, start, entry.value(), 0);
      }
    }
    return reader.proxies;
  }

  /**
   * Returns whether no file of a ConfigMap has an http block, so that another one includes them.
   */
  static boolean areParts(Resource configMap) {
    return read(configMap).files.values().stream().allMatch(top -> http(top).isEmpty());
  }

  /** Returns whether the files of a ConfigMap may set the version for parts that they include. */
  static boolean maySetVersion(Resource configMap) {
    Scope scope = read(configMap).aroundParts();
    return scope.version().isPresent() || !scope.known();
  }

  private static NginxProxies read(Resource configMap) {
    NginxProxies reader = new NginxProxies();
    for (Cursor.Field entry : configMap.at("data").fields()) {
      String text = entry.value().text("");
      if (text.indexOf(';') >= 0) {
        NginxConfig.read(text).ifPresent(read -> reader.files.put(entry.name(), read));
        reader.places.put(entry.name(), entry.value());
      }
    }
    return reader;
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

  private void walk(List<Directive> directives, Scope around, Cursor file, int depth) {
    Scope scope = scope(directives, around, depth);
    for (Directive directive : directives) {
      if (directive.name().equals("proxy_pass") && scope.known()) {
        String target = directive.arg();
        if (isHttp(target) && !isLocal(target)) {
          proxies.add(new Proxy(file, target, scope.version()));
        }
      } else if (directive.name().equals("include")) {
        String name = fileName(directive.arg());
        List<Directive> own = files.get(name);
        if (own != null && depth < MOST_DEPTH && inclusions++ < MOST_INCLUSIONS) {
          walk(own, scope, places.getOrDefault(name, file), depth + 1);
        }
      } else if (!directive.name().equals("stream")) {
        walk(directive.children(), scope, file, depth);
      }
    }
  }

  private Scope scope(List<Directive> directives, Scope around, int depth) {
    Scope scope = around;
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

  private Scope included(String path, Scope scope, int depth) {
    String name = fileName(path);
    List<Directive> own = files.get(name);
    if (own != null && depth < MOST_DEPTH && inclusions++ < MOST_INCLUSIONS) {
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
      } else {
        survey(directive.children());
      }
    }
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static boolean isHttp(String target) {
    return target.startsWith("http://")
        || target.startsWith("https://")
        || target.startsWith("$scheme://");
  }

  private boolean isLocal(String target) {
    String rest = target.substring(target.indexOf("://") + 3);
    int slash = rest.indexOf('/');
    String host = slash < 0 || rest.startsWith("unix:") ? rest : rest.substring(0, slash);
    return local.contains(host) || isLoopback(host);
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
