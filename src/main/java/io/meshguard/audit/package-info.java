/**
 * Judges objects that are stored already: which of them, in what mesh, what became of exemptions,
 * and what has to be judged anew after a change. May import resource, mesh, rule and policy; does
 * no I/O and reads no clock.
 */
@NullMarked
package io.meshguard.audit;

import org.jspecify.annotations.NullMarked;
