package io.meshguard.lsp;

import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.Diagnostic;

/**
 * A document that is open in the editor.
 *
 * @param uri its name, as the client writes it
 * @param path its file; empty where it stands in none
 * @param version the number that the client gave this state of it
 * @param text what it says
 * @param shown what is shown in it, and of which text that was said
 */
record Document(String uri, Optional<Path> path, int version, DocumentText text, Shown shown) {

  /**
   * What is shown in a document.
   *
   * @param entries the diagnostics
   */
  record Shown(List<Entry> entries) {
    static final Shown NOTHING = new Shown(List.of());

    Shown {
      entries = List.copyOf(entries);
    }
  }

  /**
   * A diagnostic, and the finding that it stands for, if it does for one.
   *
   * @param diagnostic what the editor shows
   * @param finding the finding; empty for what cannot be read
   */
  record Entry(Diagnostic diagnostic, Optional<io.meshguard.engine.GradedFinding> finding) {}

  /** Makes a document that was just opened. */
  static Document opened(String uri, int version, String text) {
    return new Document(uri, path(uri), version, new DocumentText(text), Shown.NOTHING);
  }

  Document saying(int newVersion, DocumentText newText) {
    return new Document(uri, path, newVersion, newText, shown);
  }

  Document showing(List<Entry> entries) {
    return new Document(uri, path, version, text, new Shown(entries));
  }

  /** Returns the file that a URI names, absolute and normalized; empty where it names none. */
  static Optional<Path> path(String uri) {
    try {
      URI parsed = URI.create(uri);
      return "file".equalsIgnoreCase(parsed.getScheme())
          ? Optional.of(Path.of(parsed).toAbsolutePath().normalize())
          : Optional.empty();
    } catch (IllegalArgumentException | FileSystemNotFoundException noFile) {
      return Optional.empty();
    }
  }
}
