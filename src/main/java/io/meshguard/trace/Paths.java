package io.meshguard.trace;

import io.meshguard.istio.MeshConfig;
import io.meshguard.match.PatternRewrite;
import io.meshguard.mesh.Mesh;
import io.meshguard.route.Action.Redirect;
import io.meshguard.route.Action.Rewrite;
import io.meshguard.route.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Envoy makes of paths: it resolves dots before routes are tried, unless the mesh says
 * otherwise, and rewrites what a route says (Envoy source/common/http/path_utility.cc and
 * source/common/router/config_impl.cc @1.36).
 */
final class Paths {

  private final boolean normalized;
  private final boolean merged;

  Paths(Mesh mesh) {
    String word = "";
    for (MeshConfig config : MeshConfig.all(mesh)) {
      word = config.config().at("pathNormalization", "normalization").text(word);
    }
    this.normalized = !word.equals("NONE");
    this.merged = word.endsWith("MERGE_SLASHES");
  }

  /** Returns a path as routes see it. */
  String seen(String path) {
    if (!normalized) {
      return path;
    }
    String plain = withoutDots(decoded(path.replace('\\', '/')));
    return merged ? mergedSlashes(plain) : plain;
  }

  private static String mergedSlashes(String path) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      boolean again = path.charAt(i) == '/' && i > 0 && path.charAt(i - 1) == '/';
      if (!again) {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  /** Escaped characters that need no escape are written as they are (RFC 3986 section 6.2.2.2). */
  private static String decoded(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      int value = path.charAt(i) == '%' ? hex(path, i + 1) : -1;
      if (value > 0 && isUnreserved(value)) {
        out.append((char) value);
        i += 2;
      } else {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  private static int hex(String path, int at) {
    if (at + 1 >= path.length()) {
      return -1;
    }
    int high = Character.digit(path.charAt(at), 16);
    int low = Character.digit(path.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  private static String withoutDots(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    List<String> kept = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      if (segments[i].equals(".") || segments[i].equals("..")) {
        if (segments[i].equals("..") && !kept.isEmpty()) {
          kept.remove(kept.size() - 1);
        }
        if (last) {
          kept.add("");
        }
      } else {
        kept.add(segments[i]);
      }
    }
    return "/" + String.join("/", kept);
  }

  /** Returns the path, with query, that is sent on. */
  static String rewritten(String path, String query, Rewrite rewrite, HttpRoute route) {
    String changed = path;
    if (!rewrite.prefix().isEmpty()) {
      changed = withPrefix(path, rewrite.prefix(), route);
    } else if (!rewrite.pattern().isEmpty()) {
      Optional<String> replaced =
          PatternRewrite.apply(rewrite.pattern(), rewrite.substitution(), path);
      changed = replaced.orElse(path);
    }
    return query.isEmpty() ? changed : changed + "?" + query;
  }

  /** What a match that is no prefix takes is the whole path. */
  private static String withPrefix(String path, String instead, HttpRoute route) {
    int taken = route.pathPrefix().map(String::length).orElse(path.length());
    return instead + path.substring(Math.min(taken, path.length()));
  }

  /** Returns where a redirect leads. */
  static String location(Call call, String path, Redirect redirect, HttpRoute route) {
    String scheme = redirect.scheme().isEmpty() ? call.scheme() : redirect.scheme();
    String port = redirect.port().isPresent() ? ":" + redirect.port().getAsInt() : "";
    String host = redirect.authority().isEmpty() ? host(call, scheme, port) : redirect.authority();
    String query = call.rawQuery().isEmpty() ? "" : "?" + call.rawQuery();
    String target;
    if (!redirect.path().isEmpty()) {
      target = redirect.path().indexOf('?') >= 0 ? redirect.path() : redirect.path() + query;
    } else if (!redirect.prefix().isEmpty()) {
      target = withPrefix(path, redirect.prefix(), route) + query;
    } else {
      target = path + query;
    }
    return scheme + "://" + host + port + target;
  }

  /** A port that the request names is left out where another is said, or the scheme's changes. */
  private static String host(Call call, String scheme, String port) {
    String authority = call.authority();
    int colon = authority.lastIndexOf(':');
    if (colon <= authority.lastIndexOf(']')) {
      return authority;
    }
    String named = authority.substring(colon);
    boolean changes = !scheme.equals(call.scheme());
    boolean usual =
        (call.scheme().equals("https") && named.equals(":443"))
            || (call.scheme().equals("http") && named.equals(":80"));
    return !port.isEmpty() || (changes && usual) ? authority.substring(0, colon) : authority;
  }
}
