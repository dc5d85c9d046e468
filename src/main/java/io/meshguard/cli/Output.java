package io.meshguard.cli;

import io.meshguard.report.ReportFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/**
 * Where a report goes, and how it is written.
 *
 * @param format how it is written
 * @param file the file; empty for standard output
 */
record Output(ReportFormat format, Optional<String> file) {

  /** What the help says of the option. */
  static final String DESCRIPTION =
      "One of ${COMPLETION-CANDIDATES}. Default: text. Repeatable, with files for all but one.";

  /** The words that help and completion offer. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ReportFormat.words().iterator();
    }
  }

  /** Reads {@code FORMAT} or {@code FORMAT=FILE}. */
  static final class Converter implements ITypeConverter<Output> {
    @Override
    public Output convert(String value) {
      Destination<ReportFormat> to =
          Destination.parse(value, List.of(ReportFormat.values()), ReportFormat::text);
      return new Output(to.format(), to.file());
    }
  }
}
