/** Rules about EnvoyFilters as such: what istiod drops, and what Envoy refuses. */
@NullMarked
package io.meshguard.rules.filter;

import org.jspecify.annotations.NullMarked;
