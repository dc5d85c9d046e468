/**
 * What runs in a container, as far as an object tells: command lines, shell scripts and what they
 * start, and nginx with its configuration. May import resource and mesh.
 */
@NullMarked
package io.meshguard.process;

import org.jspecify.annotations.NullMarked;
