package io.meshguard.cli;

import io.meshguard.lsp.MeshguardServer;
import io.meshguard.mesh.Version;
import io.meshguard.rule.Rule;
import java.io.PrintStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves an editor: findings while somebody types, fixes, pages of rules, completion. */
@Command(
    name = "lsp",
    description = "Serves an editor on standard input and output, by the Language Server Protocol.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  Neovim 0.11:  vim.lsp.config('meshguard', {cmd = {'meshguard', 'lsp'},",
      "                  filetypes = {'yaml', 'json'}, root_markers = {'.meshguard.yaml', '.git'}})",
      "  Helix:        [language-server.meshguard]",
      "                command = \"meshguard\"",
      "                args = [\"lsp\"]",
      "  Emacs:        (add-to-list 'eglot-server-programs '(yaml-mode . (\"meshguard\" \"lsp\")))",
      "docs/editors.md has more, also for VS Code and IntelliJ. What the options say an editor can say"
          + " as well, by initializationOptions: language, policy, config, mesh, istioVersion.",
      "",
      "Exit codes: 0 ended by the editor, 1 ended by it without shutdown, 2 wrong usage, 70 internal"
          + " error or too little memory."
    })
final class LspCommand implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "The policy: the ConfigMap or its policy.yaml. Default: each rule's own mode.")
  private @Nullable String policy;

  @Option(
      names = "--mesh",
      paramLabel = "PATH",
      description = "Objects that are only context: read but not checked. Repeatable.")
  private List<String> mesh = new ArrayList<>();

  @Option(
      names = "--istio-version",
      paramLabel = "VERSION",
      converter = VersionConverter.class,
      description =
          "Version of Istio; repeatable for several revisions. Default: the newest known.")
  private List<Version> istioVersions = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration of the repository. Default: .meshguard.yaml in the folder that the"
              + " editor shows or in one above, up to the root of the repository.")
  private @Nullable String config;

  @Option(
      names = "--stdio",
      description =
          "Use standard input and output. That is what it always does; some editors say it.")
  @SuppressWarnings("unused") // taken, so that nobody is refused for it
  private boolean stdio;

  @Spec private CommandSpec spec = CommandSpec.create();

  LspCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() throws InterruptedException {
    CheckOptions options = new CheckOptions();
    options.policy = policy;
    options.meshPaths = mesh;
    options.istioVersions = istioVersions;
    options.config = config;
    EditorChecks checks =
        new EditorChecks(options, rules, this::today, LanguageChoice.isMade(spec));
    MeshguardServer server =
        new MeshguardServer(
            checks,
            rules.stream().map(rule -> rule.info().inFiles()).toList(),
            console.language(),
            () -> today().today());
    PrintStream before = System.out;
    try {
      // nothing but the protocol may come there, whoever thinks that it has something to say
      System.setOut(System.err);
      return server.serve(console.in(), console.out()) ? ExitCode.CLEAN : ExitCode.FINDINGS;
    } finally {
      System.setOut(before);
    }
  }

  /** A server runs for weeks. */
  private Console today() {
    return new Console(
        console.in(),
        console.out(),
        console.err(),
        false,
        false,
        console.environment(),
        LocalDate.now(ZoneOffset.UTC));
  }
}
