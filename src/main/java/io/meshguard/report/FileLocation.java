package io.meshguard.report;

import io.meshguard.rule.Finding;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A place in a file as compilers write it. */
final class FileLocation {

  private FileLocation() {}

  /** Returns {@code file:line:column}, or {@code file} where no position is known. */
  static String of(String file, Optional<Position> position) {
    return SafeText.escape(file) + position.map(p -> ":" + p.line() + ":" + p.column()).orElse("");
  }

  static Optional<Position> position(Finding finding) {
    return finding.object().origin().position(finding.path());
  }

  /** Returns the file of a finding; empty where the object came from no file. */
  static String file(Finding finding) {
    return finding.object().origin().file();
  }

  /**
   * Returns what names the place of a finding for a service that wants a file: the file, or the
   * object where it came from none.
   */
  static String path(Finding finding, UnaryOperator<String> paths) {
    return isFile(file(finding))
        ? paths.apply(file(finding))
        : finding.object().ref().kind().name() + "/" + finding.object().ref().path();
  }

  /** Returns whether a name is that of a file, and not of standard input or of nothing. */
  static boolean isFile(String name) {
    return !name.isEmpty() && !name.equals("-");
  }
}
