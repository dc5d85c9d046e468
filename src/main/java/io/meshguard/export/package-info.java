/**
 * What {@code mesh export} writes: objects cut down to what rules read of them, so that files can
 * be checked elsewhere. May import yaml, resource, mesh and istio; does no I/O and reads no clock.
 */
@NullMarked
package io.meshguard.export;

import org.jspecify.annotations.NullMarked;
