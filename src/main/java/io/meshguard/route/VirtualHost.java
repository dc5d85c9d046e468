package io.meshguard.route;

import io.meshguard.resource.Resource;
import java.util.List;

/**
 * A virtual host: the routes that requests with some authorities meet.
 *
 * @param domain the domain by which it was chosen: a name, {@code *.suffix}, or {@code *}
 * @param routes its routes, in the order in which they are tried
 * @param requiresTls whether requests without TLS are sent to https
 * @param objects the VirtualServices that have routes in it, or the Service that it stands for
 * @param passed VirtualServices for the same name that are not taken
 * @param own whether istiod made it for hosts that nobody registers
 */
public record VirtualHost(
    String domain,
    List<HttpRoute> routes,
    boolean requiresTls,
    List<Resource> objects,
    List<Resource> passed,
    boolean own) {
  /** Copies the lists. */
  public VirtualHost {
    routes = List.copyOf(routes);
    objects = List.copyOf(objects);
    passed = List.copyOf(passed);
  }
}
