package io.meshguard.route;

import io.meshguard.resource.Cursor;

/**
 * A cluster that gets some of the requests of a route.
 *
 * @param cluster its name
 * @param weight its share, in relation to those of the others
 * @param at the destination as it is written; missing where no VirtualService says it
 */
public record Target(ClusterName cluster, long weight, Cursor at) {}
