package io.meshguard.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The program as a whole; it does nothing without a subcommand. */
@Command(
    name = "meshguard",
    addMethodSubcommands = false,
    description = "Finds and fixes operations mistakes in Istio objects.",
    mixinStandardHelpOptions = true,
    versionProvider = ProductVersion.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard check deploy/          check all manifests below a folder",
      "  meshguard check --fix deploy/    fix what can be fixed safely",
      "  helm template CHART | meshguard check -",
      "  meshguard explain unreachable-route",
      "",
      "Exit codes: 0 clean, 1 findings, 2 wrong usage, or something cannot be read or written, 70"
          + " internal error or too little memory."
    })
final class Meshguard {}
