/**
 * The pause of the webhook for an emergency: how it is written to its ConfigMap, how long it may
 * last, and whether one is in force. Plain Java; imports nothing of this program.
 */
@NullMarked
package io.meshguard.pause;

import org.jspecify.annotations.NullMarked;
