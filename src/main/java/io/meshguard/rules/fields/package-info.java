/**
 * The rule about fields that a kind does not have, and the list of those that it has. May import
 * resource, mesh, match and rule.
 */
@NullMarked
package io.meshguard.rules.fields;

import org.jspecify.annotations.NullMarked;
