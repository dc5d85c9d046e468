package io.meshguard.lsp;

import io.meshguard.report.CheckReport;
import io.meshguard.rule.Language;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was found in documents.
 *
 * @param report the findings, and what cannot be read; files have the names that they were read by
 * @param language what the user is told in
 * @param policy the file of the policy, where there is one
 * @param fixed returns a document's text with all safe fixes applied, by absolute name
 */
public record Judgement(
    CheckReport report,
    Language language,
    Optional<Path> policy,
    Function<Path, Optional<String>> fixed) {}
