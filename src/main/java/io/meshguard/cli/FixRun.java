package io.meshguard.cli;

import io.meshguard.files.AtomicFile;
import io.meshguard.files.Input;
import io.meshguard.files.SourceText;
import io.meshguard.lint.FixedTexts;
import io.meshguard.lint.SourcePlaces;
import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Fixes files, or shows what would be fixed; remembers the texts as they are then. */
final class FixRun {

  private final CheckOptions options;
  private final CheckScopes scopes;
  private final Predicate<Resource> selected;
  private final Console console;
  private final ConsoleProgress progress;
  private final Map<Path, String> before = new LinkedHashMap<>();
  private Map<Path, String> now;

  FixRun(
      CheckOptions options,
      CheckScopes scopes,
      Predicate<Resource> selected,
      Console console,
      ConsoleProgress progress) {
    this.options = options;
    this.scopes = scopes;
    this.selected = selected;
    this.console = console;
    this.progress = progress;
    scopes.all().forEach(scope -> before.putAll(scope.given().texts()));
    this.now = before;
  }

  /** Returns the texts as they stand in the files now. */
  Map<Path, String> texts() {
    return now;
  }

  /**
   * Does it.
   *
   * @param errors what cannot be read; files that cannot be written are added
   */
  void run(ReportFiles reports, Set<InputError> errors) {
    List<String> linked = linked();
    Set<String> untouchable = errors.stream().map(InputError::file).collect(Collectors.toSet());
    if (!options.followLinks) {
      untouchable.addAll(linked);
    }
    Map<Path, String> texts = new LinkedHashMap<>(before);
    List<FixedTexts.Done> done = new ArrayList<>();
    List<FixedTexts.Refusal> refusals = new ArrayList<>();
    for (CheckScope scope : scopes.all()) {
      Map<Path, String> own = new LinkedHashMap<>();
      scope.given().texts().keySet().forEach(file -> own.put(file, texts.getOrDefault(file, "")));
      FixedTexts fixed =
          new FixedTexts(
              scope.lint(),
              scope.namespace(),
              options.unsafeFixes,
              own,
              Input.filesOnly(console.language()));
      Predicate<Resource> mayChange =
          object ->
              scope.isAsked(object)
                  && selected.test(object)
                  && !untouchable.contains(object.origin().file());
      if (scope.places() == SourcePlaces.AS_THEY_STAND) {
        fixed.fix(scope.around().objects(), mayChange, progress);
      } else {
        fixed.fixRendered(
            scope.given().objects(), scope.around().objects(), scope.places(), mayChange, progress);
      }
      texts.putAll(fixed.texts());
      done.addAll(fixed.done());
      refusals.addAll(fixed.refusals());
    }
    progress.end();
    FixReport report = new FixReport(console, console.language());
    if (!options.followLinks) {
      report.linked(linked);
    }
    if (options.diff) {
      report.diff(before, texts);
      report.wouldBeDone(done);
      report.refused(refusals);
      if (!reports.forPeople()) {
        errors.forEach(error -> console.note(error.toString()));
      }
      return;
    }
    now = written(texts, done, errors);
    report.done(done, reports.textOnOutput() ? console.out() : console.err());
    report.refused(refusals);
  }

  private List<String> linked() {
    Set<String> linked = new LinkedHashSet<>();
    for (CheckScope scope : scopes.all()) {
      scope.given().outside().forEach(file -> linked.add(file.toString()));
    }
    return List.copyOf(linked);
  }

  /** Writes what changed, and returns the texts as they stand in the files then. */
  private Map<Path, String> written(
      Map<Path, String> texts, List<FixedTexts.Done> done, Set<InputError> errors) {
    Map<Path, String> written = new LinkedHashMap<>(texts);
    before.forEach(
        (file, text) -> {
          String after = texts.getOrDefault(file, text);
          if (after.equals(text)) {
            return;
          }
          try {
            AtomicFile.replace(file, text, after);
          } catch (IOException e) {
            written.put(file, text);
            done.removeIf(fixed -> fixed.file().equals(file));
            String message = console.say("unwritable", SourceText.reason(e));
            errors.add(new InputError(file.toString(), Optional.empty(), message));
          }
        });
    return written;
  }
}
