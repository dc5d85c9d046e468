package io.meshguard.report;

import io.meshguard.rule.Finding;
import io.meshguard.rule.SafeText;
import io.meshguard.yaml.Position;
import java.util.Optional;

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
}
