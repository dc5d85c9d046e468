package io.meshguard.cli;

import io.meshguard.engine.Verdict;
import io.meshguard.files.OwnFiles;
import io.meshguard.files.SourceText;
import io.meshguard.lint.Baseline;
import io.meshguard.lint.BaselineReader;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Findings that are known: read from a file, or written to it. */
final class CheckBaseline {

  private static final int MOST_NAMED = 3;

  private final String file;
  private final Baseline known;
  private final boolean write;
  private final Console console;

  private CheckBaseline(String file, Baseline known, boolean write, Console console) {
    this.file = file;
    this.known = known;
    this.write = write;
    this.console = console;
  }

  /**
   * Reads the baseline, if there is to be one.
   *
   * @throws UnusableException if it cannot be used; why is told
   */
  static Optional<CheckBaseline> of(CheckSettings settings, boolean write, Console console) {
    Optional<String> named = settings.baseline();
    if (write) {
      String file = named.orElseGet(() -> settings.file().named(OwnFiles.BASELINE));
      return Optional.of(new CheckBaseline(file, new Baseline(List.of()), true, console));
    }
    return named.map(file -> new CheckBaseline(file, read(file, console), false, console));
  }

  private static Baseline read(String file, Console console) {
    try {
      String text = SourceText.read(Path.of(file));
      BaselineReader.Result result =
          BaselineReader.read(SafeText.escape(file), text, console.language());
      if (result.errors().isEmpty()) {
        return result.baseline();
      }
      result.errors().forEach(error -> console.note(error.toString()));
      throw new UnusableException("baseline.unusable", file);
    } catch (InvalidPathException e) {
      throw new UnusableException("of", SafeText.escape(file), SourceText.reason(e));
    } catch (IOException e) {
      throw new UnusableException("of", SafeText.escape(file), SourceText.reason(e));
    }
  }

  /**
   * Takes out what is known, or writes down what there is.
   *
   * @param files files of which every object was judged
   * @throws UnusableException if the baseline cannot be written
   */
  List<Verdict> apply(List<Verdict> verdicts, Set<String> files) {
    if (write) {
      write(Baseline.of(verdicts, this::name));
      return verdicts;
    }
    Set<String> looked = new HashSet<>();
    files.forEach(one -> looked.add(name(one)));
    Baseline.Applied applied = known.apply(verdicts, this::name, looked);
    if (applied.known() > 0) {
      console.tell("baseline.known", applied.known(), SafeText.escape(file));
    }
    List<Baseline.Entry> gone = applied.gone();
    if (gone.size() > MOST_NAMED) {
      console.tell("baseline.gone.many", gone.size());
    } else {
      gone.forEach(
          entry ->
              console.tell("baseline.gone", SafeText.escape(file), entry.rule(), entry.object()));
    }
    return applied.verdicts();
  }

  private void write(Baseline baseline) {
    if (!ReportFiles.write(file, baseline.text(), console)) {
      throw new UnusableException("baseline.unusable", SafeText.escape(file));
    }
    console.tell("baseline.written", baseline.entries().size(), SafeText.escape(file));
  }

  /**
   * Returns the name of a file from the folder of the baseline, so that it is the same anywhere.
   */
  private String name(String checked) {
    Path folder = Path.of(file).toAbsolutePath().normalize().getParent();
    Path absolute = CheckScope.absolute(checked);
    Path name =
        folder != null && absolute.startsWith(folder) ? folder.relativize(absolute) : absolute;
    return name.toString().replace('\\', '/');
  }
}
