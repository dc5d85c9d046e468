/**
 * The catalogue of rules; the rules themselves stand in sub-packages by subject, with their
 * messages beside them. May import resource, mesh, match and rule.
 */
@NullMarked
package io.meshguard.rules;

import org.jspecify.annotations.NullMarked;
