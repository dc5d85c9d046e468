/**
 * Changes YAML and JSON texts the way a careful person would: only the lines that must change do,
 * and comments, quotes and order stay. May import resource and rule; does no I/O.
 */
@NullMarked
package io.meshguard.edit;

import org.jspecify.annotations.NullMarked;
