package io.meshguard.route;

import io.meshguard.match.Condition;
import io.meshguard.match.Dimension;
import io.meshguard.match.RequestMatch;
import io.meshguard.match.ValueMatch;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Resource;
import java.util.Optional;

/**
 * A route of a virtual host.
 *
 * @param match the requests that it takes, without what istiod decides itself
 * @param action what it does
 * @param virtualService the VirtualService whose host is served; empty for a route that istiod
 *     makes by itself
 * @param delegate the VirtualService that the route was handed to; empty where it is the first's
 *     own
 * @param entry the entry of {@code http}, of the delegate where there is one
 * @param at the match; missing where the entry has none
 * @param rootEntry the entry that hands requests to the delegate; the same as the entry where there
 *     is none
 * @param rootAt the match of that; likewise
 * @param name the name of the route, as access logs show it; empty for none
 * @param pathPrefix what of the path a prefix match takes; empty where it takes no prefix
 */
public record HttpRoute(
    RequestMatch match,
    Action action,
    Optional<Resource> virtualService,
    Optional<Resource> delegate,
    Cursor entry,
    Cursor at,
    Cursor rootEntry,
    Cursor rootAt,
    String name,
    Optional<String> pathPrefix) {

  /** Returns the object in which the entry stands; empty where istiod made it. */
  public Optional<Resource> object() {
    return delegate.or(() -> virtualService);
  }

  /**
   * Returns whether istiod takes it for one that takes every request: it tests nothing but a path
   * that begins with a slash, or is {@code .*} (istio pilot/pkg/networking/core/route/route.go
   * {@code IsCatchAllRoute} @1.30.3).
   */
  public boolean isCatchAll() {
    return match.conditions().stream().allMatch(HttpRoute::isEveryPath);
  }

  private static boolean isEveryPath(Condition condition) {
    ValueMatch test = condition.test();
    boolean every =
        (test instanceof ValueMatch.Prefix prefix && prefix.text().equals("/"))
            || (test instanceof ValueMatch.Regex regex && regex.pattern().equals(".*"));
    return every && condition.dimension().kind() == Dimension.Kind.PATH;
  }
}
