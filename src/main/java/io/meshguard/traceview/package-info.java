/**
 * How what becomes of a request is shown: text for people, JSON, and pictures in Mermaid. May
 * import yaml, resource, mesh, match, route, trace, rule, and report for its colours.
 */
@NullMarked
package io.meshguard.traceview;

import org.jspecify.annotations.NullMarked;
