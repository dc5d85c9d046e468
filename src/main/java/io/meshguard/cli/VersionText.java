package io.meshguard.cli;

import io.meshguard.report.Program;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {Program.NAME + " " + Program.VERSION};
  }
}
