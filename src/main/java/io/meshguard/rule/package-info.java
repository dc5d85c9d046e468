/**
 * What the author of a rule touches: the rule, its report, findings, messages, modes and fixes. May
 * import yaml, resource and mesh.
 */
@NullMarked
package io.meshguard.rule;

import org.jspecify.annotations.NullMarked;
