/**
 * What of a mesh may leave its cluster: objects cut down to what rules read of them, so that files
 * can be checked elsewhere. May import resource and mesh; does no I/O and reads no clock.
 */
@NullMarked
package io.meshguard.snapshot;

import org.jspecify.annotations.NullMarked;
