/**
 * HTTP in, verdict out: reads AdmissionReview v1, has the engine judge or mend the object, and
 * writes the answer, its warnings and its denial. May import Quarkus and every plain package.
 */
@NullMarked
package io.meshguard.admission;

import org.jspecify.annotations.NullMarked;
