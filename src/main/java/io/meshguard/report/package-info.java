/**
 * Verdicts as people and programs read them: one line, a corrected fragment, and the formats text,
 * JSON, SARIF, JUnit and GitHub. May import resource, mesh, rule and audit; does no I/O of its own.
 */
@NullMarked
package io.meshguard.report;

import org.jspecify.annotations.NullMarked;
