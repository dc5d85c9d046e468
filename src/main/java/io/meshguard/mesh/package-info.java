/**
 * What is around an object: lookups of other objects, selectors, permissions, facts and versions.
 * Answers are found, absent or unknown, and nothing may be concluded from unknown. May import
 * resource and logic only.
 */
@NullMarked
package io.meshguard.mesh;

import org.jspecify.annotations.NullMarked;
