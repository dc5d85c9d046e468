/**
 * Sets of HTTP requests: what one match takes, whether earlier matches take all of it, and a
 * request that proves the answer. May import RE2/J, and of Meshguard deadline and logic only.
 */
@NullMarked
package io.meshguard.match;

import org.jspecify.annotations.NullMarked;
