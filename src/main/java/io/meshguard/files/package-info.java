/**
 * Finds the files that paths stand for and reads the objects in them; replaces a file's content in
 * one step. Says why something is skipped or cannot be read. May import deadline, yaml, resource,
 * rule and, for errors about input, report.
 */
@NullMarked
package io.meshguard.files;

import org.jspecify.annotations.NullMarked;
