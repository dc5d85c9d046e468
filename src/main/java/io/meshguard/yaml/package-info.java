/**
 * Reads and writes YAML and JSON texts, and changes them the way a careful person would: only the
 * lines that must change do, and comments, quotes and order stay. Knows positions and RFC 6902
 * patches, and nothing of Kubernetes. May import Jackson, snakeyaml-engine, and deadline.
 */
@NullMarked
package io.meshguard.yaml;

import org.jspecify.annotations.NullMarked;
