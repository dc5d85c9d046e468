/**
 * What becomes of findings: modes, exemptions, the ratchet against what is stored, fixes, and the
 * verdict. May import yaml, resource, mesh, istio and rule.
 */
@NullMarked
package io.meshguard.engine;

import org.jspecify.annotations.NullMarked;
