/**
 * What a rule is and what becomes of its findings: rules, findings, fixes, messages, and the engine
 * that turns them into a verdict under given settings. May import resource and mesh.
 */
@NullMarked
package io.meshguard.rule;

import org.jspecify.annotations.NullMarked;
