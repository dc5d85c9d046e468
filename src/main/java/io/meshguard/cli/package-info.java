/**
 * The commands as a person or a pipeline runs them. May import every package but those that need a
 * running server; does the reading and writing of files, and ends with an exit code.
 */
@NullMarked
package io.meshguard.cli;

import org.jspecify.annotations.NullMarked;
