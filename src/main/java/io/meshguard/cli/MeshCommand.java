package io.meshguard.cli;

import io.meshguard.rule.Rule;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands about the mesh of a cluster. */
@Command(
    name = "mesh",
    description = "Exports the mesh of a cluster, to check files against it.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  meshguard mesh export -o mesh.yaml", "  meshguard check --mesh mesh.yaml deploy/"})
final class MeshCommand implements Runnable {

  /** Returns the command with its subcommands. */
  static CommandLine with(Console console, List<Rule> rules) {
    return new CommandLine(new MeshCommand()).addSubcommand(new MeshExport(console, rules));
  }

  @Override
  public void run() {
    throw new UnusableException("what.mesh");
  }
}
