/**
 * An object as a JSON tree: cursors that know their JSON pointer and their line and column in a
 * file, kinds and API versions, and the readers for JSON and YAML. May import Jackson and
 * snakeyaml-engine, and of Meshguard deadline only.
 */
@NullMarked
package io.meshguard.resource;

import org.jspecify.annotations.NullMarked;
