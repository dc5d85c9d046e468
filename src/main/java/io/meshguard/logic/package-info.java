/**
 * Truth values that may stay open, for every room that must not conclude anything from what it does
 * not know. Imports no other package of Meshguard.
 */
@NullMarked
package io.meshguard.logic;

import org.jspecify.annotations.NullMarked;
