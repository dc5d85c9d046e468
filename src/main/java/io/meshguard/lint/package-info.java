/**
 * Judges the objects of files: which of them make one mesh, what the rules say of each, and what
 * their texts are with fixes applied. May import files and everything that judges; no command, no
 * terminal, no cluster.
 */
@NullMarked
package io.meshguard.lint;

import org.jspecify.annotations.NullMarked;
