/**
 * What is around an object: other objects, versions, and the shared knowledge of what Istio makes
 * of them. Answers are found, absent or unknown, and nothing may be concluded from unknown. May
 * import resource only.
 */
@NullMarked
package io.meshguard.mesh;

import org.jspecify.annotations.NullMarked;
