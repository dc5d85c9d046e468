package io.meshguard.cli;

import io.meshguard.report.Paint;
import io.meshguard.report.ProductInfo;
import io.meshguard.rule.Language;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** The way in for every command but {@code serve}; starts no server and no framework. */
public final class Main {

  static final String LANGUAGE = "--language";

  /** The most frequent question of other programs; answered without reading any command. */
  private static final Set<String> VERSION = Set.of("--version", "-V");

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
            LocalDate.now(ZoneOffset.UTC));
    System.exit(run(args, console));
  }

  /** Runs the command that the arguments name, as in a pipe, and returns its exit code. */
  static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return run(
        args, new Console(in, out, err, false, false, Map.of(), LocalDate.now(ZoneOffset.UTC)));
  }

  /** Runs the command that the arguments name and returns its exit code. */
  static int run(String[] args, Console console) {
    if (args.length == 1 && VERSION.contains(args[0])) {
      console.out().println(ProductInfo.NAME + " " + ProductInfo.VERSION);
      if (console.loss().isEmpty()) {
        return ExitCode.CLEAN;
      }
    }
    Console spoken = language(args).map(console::speaking).orElse(console);
    CliErrors mistakes = new CliErrors(spoken);
    int exitCode =
        mistakes.guard(
            () -> {
              String[] asked = args.length == 0 ? new String[] {"--help"} : args;
              return commandLine(spoken, mistakes, asked).execute(asked);
            });
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

  private static CommandLine commandLine(Console console, CliErrors mistakes, String[] args) {
    CommandLine line = new CommandLine(new Meshguard());
    new Subcommands(console).add(line, args);
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
