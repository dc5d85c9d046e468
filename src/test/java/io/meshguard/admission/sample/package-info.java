/** Rules for tests of what becomes of findings. */
@NullMarked
package io.meshguard.admission.sample;

import org.jspecify.annotations.NullMarked;
