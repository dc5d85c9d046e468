/**
 * Verdicts as people and programs read them: one line, a corrected fragment, an excerpt of the
 * file, and the formats that {@link io.meshguard.report.ReportFormat} lists. May import resource,
 * mesh, rule and audit; does no I/O of its own.
 */
@NullMarked
package io.meshguard.report;

import org.jspecify.annotations.NullMarked;
