package io.meshguard.lsp;

import io.meshguard.engine.GradedFinding;
import io.meshguard.policy.Problem;
import io.meshguard.policy.SourceLocation;
import io.meshguard.report.CheckReport;
import io.meshguard.report.FindingText;
import io.meshguard.report.InputError;
import io.meshguard.report.ProductInfo;
import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.yaml.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticCodeDescription;
import org.eclipse.lsp4j.DiagnosticSeverity;

/** What is shown in documents: findings, what cannot be read, and what is wrong with settings. */
final class Diagnosing {

  private static final Position START = new Position(1, 1);

  private final Settings settings;
  private final Language fallback;

  Diagnosing(Settings settings, Language fallback) {
    this.settings = settings;
    this.fallback = fallback;
  }

  /** Returns what is to be shown in a document, in the order of the text. */
  List<Document.Entry> entries(Document document, Optional<Judgement> judgement) {
    List<Document.Entry> entries = new ArrayList<>();
    Settings.Sort sort = settings.sort(document, judgement.flatMap(Judgement::policy));
    Language language = judgement.map(Judgement::language).orElse(fallback);
    for (Settings.Noted noted : settings.problems(document, sort)) {
      entries.add(problem(document, noted, language));
    }
    if (judgement.isPresent() && document.path().isPresent()) {
      CheckReport report = judgement.get().report();
      Path path = document.path().get();
      for (InputError error : report.errors()) {
        if (isAbout(error.file(), path)) {
          entries.add(error(document, error));
        }
      }
      for (GradedFinding judged : report.findings()) {
        if (!judged.exempt() && isAbout(judged.finding().object().origin().file(), path)) {
          entries.add(finding(document, judged, report, language));
        }
      }
    }
    return entries;
  }

  private static boolean isAbout(String file, Path path) {
    return !file.isEmpty() && Path.of(file).toAbsolutePath().normalize().equals(path);
  }

  private static Document.Entry finding(
      Document document, GradedFinding judged, CheckReport report, Language language) {
    String rule = judged.finding().rule().id();
    Position position =
        judged.finding().object().origin().position(judged.finding().path()).orElse(START);
    String why =
        FindingText.because(judged, language).map(because -> " (" + because + ")").orElse("");
    Diagnostic diagnostic =
        diagnostic(
            document,
            position,
            severity(judged.mode()),
            language.render(judged.finding().message()) + why);
    diagnostic.setCode(rule);
    report.url(rule).map(DiagnosticCodeDescription::new).ifPresent(diagnostic::setCodeDescription);
    diagnostic.setData(judged.finding().fingerprint());
    return new Document.Entry(diagnostic, Optional.of(judged));
  }

  private static Document.Entry error(Document document, InputError error) {
    return new Document.Entry(
        diagnostic(
            document, error.position().orElse(START), DiagnosticSeverity.Error, error.message()),
        Optional.empty());
  }

  private static Document.Entry problem(
      Document document, Settings.Noted noted, Language language) {
    Problem problem = noted.problem();
    Position position =
        problem
            .place()
            .file()
            .map(SourceLocation.InFile::position)
            .or(() -> problem.place().position())
            .orElse(START);
    return new Document.Entry(
        diagnostic(
            document,
            position,
            noted.wrong() ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
            problem.text(language)),
        Optional.empty());
  }

  private static Diagnostic diagnostic(
      Document document, Position position, DiagnosticSeverity severity, String message) {
    return new Diagnostic(
        document.text().token(position),
        message,
        severity,
        ProductInfo.NAME.toLowerCase(Locale.ROOT));
  }

  private static DiagnosticSeverity severity(Mode mode) {
    return switch (mode) {
      case DENY -> DiagnosticSeverity.Error;
      case WARN -> DiagnosticSeverity.Warning;
      case FIX, OFF -> DiagnosticSeverity.Information;
    };
  }
}
