/**
 * How long work may take: a deadline that goes with the thread, so that every loop that grows with
 * its input can ask whether to go on, whoever called it. Imports no other package of Meshguard.
 */
@NullMarked
package io.meshguard.deadline;

import org.jspecify.annotations.NullMarked;
