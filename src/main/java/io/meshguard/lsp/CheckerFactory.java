package io.meshguard.lsp;

/** Makes what judges files, once it is known what the editor's user wants. */
public interface CheckerFactory {

  /**
   * Makes a checker.
   *
   * @throws UnusableSettingsException if an option has a value that it cannot have
   */
  Checker checker(EditorOptions options);
}
