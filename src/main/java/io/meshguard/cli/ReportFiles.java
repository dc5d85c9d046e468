package io.meshguard.cli;

import io.meshguard.report.Outcome;
import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import io.meshguard.rule.Shown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes one outcome in every form that was asked for. */
final class ReportFiles {

  private final List<Output> outputs;
  private final Console console;

  /**
   * Takes what was asked for; text on standard output where nothing was.
   *
   * @throws UnusableException if two reports would be mixed on standard output
   */
  ReportFiles(List<Output> outputs, Console console) {
    this.outputs =
        outputs.isEmpty()
            ? List.of(new Output(Output.Kind.TEXT, Optional.empty()))
            : List.copyOf(outputs);
    this.console = console;
    if (this.outputs.stream().filter(output -> output.file().isEmpty()).count() > 1) {
      throw new UnusableException(
          "only one report can go to standard output; give the others a file: -o json=report.json");
    }
  }

  /** Returns whether one of the reports is for people. */
  boolean forPeople() {
    return outputs.stream().anyMatch(output -> output.kind() == Output.Kind.TEXT);
  }

  /** Writes the reports, and returns whether all could be written. */
  boolean write(Outcome outcome, Language language) {
    boolean written = true;
    for (Output output : outputs) {
      if (output.file().isEmpty()) {
        console.out().print(output.kind().format(console.paint()).write(outcome, language));
      } else {
        String text = output.kind().format(Paint.PLAIN).write(outcome, language);
        written &= write(output.file().get(), text);
      }
    }
    return written;
  }

  private boolean write(String file, String text) {
    try {
      Files.write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (InvalidPathException e) {
      console.note("cannot write " + Shown.escape(file) + ": is no file name");
    } catch (IOException e) {
      console.note("cannot write " + Shown.escape(file) + ": " + SourceText.reason(e));
    }
    return false;
  }
}
