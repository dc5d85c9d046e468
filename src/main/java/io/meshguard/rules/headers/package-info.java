/**
 * Rules about request headers: the limit on their size, and the case of their names. May import
 * resource, mesh, match and rule.
 */
@NullMarked
package io.meshguard.rules.headers;

import org.jspecify.annotations.NullMarked;
