package io.meshguard.cli;

import io.meshguard.files.SourceText;
import io.meshguard.files.Sources;
import io.meshguard.report.CheckReport;
import io.meshguard.report.Paint;
import io.meshguard.report.ReportFormat;
import io.meshguard.report.ReportStyle;
import io.meshguard.rule.Language;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Writes one outcome in every form that was asked for. */
final class ReportFiles {

  private final List<Output> outputs;
  private final Console console;
  private final Optional<Boolean> excerpts;
  private final UnaryOperator<String> paths;

  /**
   * Takes what was asked for. Where nothing was, that is text on standard output, unless a diff
   * goes there.
   *
   * @throws UnusableException if two things would be mixed on standard output, or options
   *     contradict each other
   */
  ReportFiles(CheckOptions options, Console console) {
    this(
        options.outputs,
        options.diff,
        Optional.ofNullable(options.excerpt),
        new RepositoryPaths(),
        console);
    if (options.unsafeFixes && !options.fix && !options.diff) {
      throw new UnusableException("report.unsafe");
    }
    if (options.followLinks && !options.fix && !options.diff) {
      throw new UnusableException("report.links");
    }
    if (options.fix && !options.diff && options.paths.contains(Sources.STDIN)) {
      throw new UnusableException("report.stdin");
    }
  }

  /**
   * Takes what was asked for of objects that stand in no files; where nothing was, that is text on
   * standard output.
   *
   * @throws UnusableException if two things would be mixed on standard output
   */
  ReportFiles(List<Output> asked, Console console) {
    this(asked, false, Optional.empty(), UnaryOperator.identity(), console);
  }

  private ReportFiles(
      List<Output> asked,
      boolean diff,
      Optional<Boolean> excerpts,
      UnaryOperator<String> paths,
      Console console) {
    this.excerpts = excerpts;
    this.paths = paths;
    Output text = new Output(ReportFormat.TEXT, Optional.empty());
    List<Output> usual = diff ? List.of() : List.of(text);
    this.outputs = asked.isEmpty() ? usual : List.copyOf(asked);
    this.console = console;
    List<Output> onOutput = outputs.stream().filter(o -> o.file().isEmpty()).toList();
    boolean mixed =
        onOutput.size() > 1 || (diff && !onOutput.isEmpty() && !onOutput.contains(text));
    if (mixed) {
      throw new UnusableException("report.mixed");
    }
  }

  /** Returns whether one of the reports is for people. */
  boolean forPeople() {
    return outputs.stream().anyMatch(output -> output.format() == ReportFormat.TEXT);
  }

  /** Returns whether the report on standard output is for people. */
  boolean textOnOutput() {
    return outputs.contains(new Output(ReportFormat.TEXT, Optional.empty()));
  }

  /** Writes the reports, and returns whether all could be written. */
  boolean write(CheckReport outcome, Language language) {
    boolean written = true;
    ReportStyle onOutput =
        new ReportStyle(console.paint(), excerpts.orElse(console.outTerminal()), paths);
    ReportStyle inFile = new ReportStyle(Paint.PLAIN, excerpts.orElse(false), paths);
    for (Output output : outputs) {
      if (output.file().isEmpty()) {
        console.out().print(output.format().writer(onOutput).write(outcome, language));
      } else {
        String text = output.format().writer(inFile).write(outcome, language);
        written &= write(output.file().get(), text, console);
      }
    }
    return written;
  }

  /** Writes one file, and returns whether it could be written; if not, the user is told why. */
  static boolean write(String file, String text, Console console) {
    try {
      Files.write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (InvalidPathException e) {
      console.tell("report.unwritten", SafeText.escape(file), SourceText.reason(e));
    } catch (IOException e) {
      console.tell("report.unwritten", SafeText.escape(file), SourceText.reason(e));
    }
    return false;
  }
}
