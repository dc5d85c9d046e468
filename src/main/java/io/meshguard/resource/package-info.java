/**
 * An object of Kubernetes as a JSON tree: cursors that know their JSON pointer and their line and
 * column in a file, kinds and API versions, and the readers for JSON and manifests. May import
 * Jackson and yaml.
 */
@NullMarked
package io.meshguard.resource;

import org.jspecify.annotations.NullMarked;
