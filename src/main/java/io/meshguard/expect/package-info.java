/**
 * Route tests: requests, and what is expected to become of them; the format, the judgement, what no
 * test reaches, and tests that pin what is so today. May import deadline, yaml, resource, mesh,
 * istio, match, rule, traffic, route and trace.
 */
@NullMarked
package io.meshguard.expect;

import org.jspecify.annotations.NullMarked;
