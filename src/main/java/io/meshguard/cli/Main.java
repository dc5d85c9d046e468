package io.meshguard.cli;

import io.meshguard.report.Paint;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import io.meshguard.rules.Catalogue;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** The way in for every command but {@code serve}; starts no server and no framework. */
public final class Main {

  static final String LANGUAGE = "--language";
  private static final String LOG_MANAGER = "java.util.logging.manager";

  private Main() {}

  /** Runs the command that the arguments name, and ends the program with its exit code. */
  public static void main(String[] args) {
    // The client's logger finder complains on the terminal about any other.
    if (System.getProperty(LOG_MANAGER) == null) {
      System.setProperty(LOG_MANAGER, "org.jboss.logmanager.LogManager");
    }
    PrintStream out = new ResultStream(new FileOutputStream(FileDescriptor.out));
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
    Console console =
        new Console(
            System.in,
            out,
            err,
            Boolean.getBoolean("meshguard.terminal.out"),
            Boolean.getBoolean("meshguard.terminal.err"),
            environment(),
            LocalDate.now(ZoneId.systemDefault()));
    System.exit(run(args, console));
  }

  /** Runs the command that the arguments name, as in a pipe, and returns its exit code. */
  static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return run(
        args,
        new Console(in, out, err, false, false, Map.of(), LocalDate.now(ZoneId.systemDefault())));
  }

  /** Runs the command that the arguments name and returns its exit code. */
  static int run(String[] args, Console console) {
    Console spoken = language(args).map(console::speaking).orElse(console);
    CliErrors mistakes = new CliErrors(spoken);
    int exitCode =
        mistakes.guard(
            () ->
                commandLine(spoken, mistakes)
                    .execute(args.length == 0 ? new String[] {"--help"} : args));
    console.err().flush();
    return exitCode;
  }

  /** What goes wrong may do so before the arguments are understood. */
  private static Optional<Language> language(String[] args) {
    String option = LANGUAGE;
    for (int i = 0; i < args.length; i++) {
      boolean apart = args[i].equals(option) && i + 1 < args.length;
      if (apart || args[i].startsWith(option + "=")) {
        return Optional.of(
            Language.of(apart ? args[i + 1] : args[i].substring(option.length() + 1)));
      }
    }
    return Optional.empty();
  }

  /** Every command has it; what it says was read before anything could go wrong. */
  private static OptionSpec languageOption() {
    return OptionSpec.builder(LANGUAGE)
        .paramLabel("en|zh")
        .type(Language.class)
        .converters(new LanguageConverter())
        .description("Language of messages. Default: that of LC_ALL, LC_MESSAGES or LANG.")
        .scopeType(ScopeType.INHERIT)
        .build();
  }

  private static CommandLine commandLine(Console console, CliErrors mistakes) {
    List<Rule> rules = Catalogue.rules();
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion.getCommandSpec().usageMessage().hidden(true);
    CommandLine line =
        new CommandLine(new Meshguard())
            .addSubcommand(new ServeCommand())
            .addSubcommand(new Check(console, rules))
            .addSubcommand(new AuditCommand(console, rules))
            .addSubcommand(new TraceCommand(console, rules))
            .addSubcommand(new DiffCommand(console, rules))
            .addSubcommand(new ForecastCommand(console, rules))
            .addSubcommand(TestCommand.with(console, rules))
            .addSubcommand(new RulesCommand(console, rules))
            .addSubcommand(new Explain(console, rules))
            .addSubcommand(PolicyCommand.with(console, rules))
            .addSubcommand(MeshCommand.with(console, rules))
            .addSubcommand(new AccessCommand(console))
            .addSubcommand(WebhookCommand.with(console, Clock.systemUTC()))
            .addSubcommand(completion);
    ServiceLoader.load(OptionalCommand.class)
        .forEach(optional -> line.addSubcommand(optional.command(console)));
    line.getCommandSpec().addOption(languageOption());
    boolean colour = console.paint() == Paint.COLOUR;
    return line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(mistakes)
        .setExecutionExceptionHandler(mistakes)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(Help.defaultColorScheme(colour ? Help.Ansi.ON : Help.Ansi.OFF));
  }

  /** The launcher sets a locale in which Java can open any file, and says what it was before. */
  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    String locale = System.getProperty("meshguard.locale");
    if (locale != null) {
      environment.put("LC_ALL", locale);
    }
    return environment;
  }
}
