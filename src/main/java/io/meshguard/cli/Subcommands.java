package io.meshguard.cli;

import io.meshguard.rule.Rule;
import io.meshguard.rules.Catalogue;
import java.time.Clock;
import java.util.List;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;

/**
 * The commands by their names. A command is made only when it is named, and the catalogue only for
 * a command that has it: most of what a short command costs is loading what it does not need.
 */
final class Subcommands {

  /** In the order of the help. */
  private static final List<String> NAMES =
      List.of(
          "serve",
          "check",
          "lsp",
          "audit",
          "trace",
          "diff",
          "forecast",
          "test",
          "rules",
          "explain",
          "policy",
          "mesh",
          "access",
          "webhook");

  private final Console console;

  Subcommands(Console console) {
    this.console = console;
  }

  /** Adds the command that the arguments begin with, or all where they begin with none. */
  void add(CommandLine line, String[] args) {
    String word = first(args);
    if (NAMES.contains(word)) {
      line.addSubcommand(command(word));
      return;
    }
    NAMES.forEach(name -> line.addSubcommand(command(name)));
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion.getCommandSpec().usageMessage().hidden(true);
    line.addSubcommand(completion);
    ServiceLoader.load(OptionalCommand.class)
        .forEach(optional -> line.addSubcommand(optional.command(console)));
  }

  /** Only the option that every command has may stand before a command. */
  private static String first(String[] args) {
    int at = 0;
    while (at < args.length && args[at].startsWith(Main.LANGUAGE)) {
      at += args[at].equals(Main.LANGUAGE) ? 2 : 1;
    }
    return at < args.length ? args[at] : "";
  }

  private Object command(String name) {
    return switch (name) {
      case "serve" -> new ServeCommand();
      case "access" -> new AccessCommand(console);
      case "webhook" -> WebhookCommand.with(console, Clock.systemUTC());
      default -> command(name, Catalogue.rules());
    };
  }

  private Object command(String name, List<Rule> rules) {
    return switch (name) {
      case "check" -> new Check(console, rules);
      case "lsp" -> new LspCommand(console, rules);
      case "audit" -> new AuditCommand(console, rules);
      case "trace" -> new TraceCommand(console, rules);
      case "diff" -> new DiffCommand(console, rules);
      case "forecast" -> new ForecastCommand(console, rules);
      case "test" -> TestCommand.with(console, rules);
      case "rules" -> new RulesCommand(console, rules);
      case "explain" -> new Explain(console, rules);
      case "policy" -> PolicyCommand.with(console, rules);
      case "mesh" -> MeshCommand.with(console, rules);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
