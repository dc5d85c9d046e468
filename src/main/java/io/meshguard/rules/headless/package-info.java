/**
 * Rules about Services without a cluster IP, whose callers see the Pods themselves. May import
 * resource, mesh, match and rule.
 */
@NullMarked
package io.meshguard.rules.headless;

import org.jspecify.annotations.NullMarked;
