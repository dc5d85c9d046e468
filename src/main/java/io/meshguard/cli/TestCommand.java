package io.meshguard.cli;

import io.meshguard.expect.Coverage;
import io.meshguard.expect.Judgement;
import io.meshguard.expect.RouteTest;
import io.meshguard.expect.TestRunner;
import io.meshguard.files.OwnFiles;
import io.meshguard.files.SourceText;
import io.meshguard.report.Paint;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Rule;
import io.meshguard.rule.SafeText;
import io.meshguard.trace.TraceResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs route tests. */
@Command(
    name = "test",
    description = {
      "Runs route tests: requests, and what is expected to become of them.",
      "Reads them from " + OwnFiles.ROUTE_TESTS + " anywhere below the paths; needs no cluster."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard test k8s/",
      "  meshguard test -o text -o junit=tests.xml k8s/",
      "  meshguard test --coverage k8s/",
      "  meshguard test --tests canary.yaml --context prod",
      "  meshguard test init k8s/",
      "",
      "Exit codes: 0 all tests pass, 1 one fails, 2 wrong usage, or something cannot be read, 3 none"
          + " fails, but one depends on what is not known, 70 internal error."
    })
final class TestCommand implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "Files and folders of the objects, and of the tests.")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = "--tests",
      paramLabel = "FILE",
      description = "A file of tests, whatever its name. Repeatable.")
  private List<String> tests = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT[=FILE]",
      converter = TestFormat.Converter.class,
      description = "text, json or junit. Default: text. Repeatable, with files for all but one.")
  private List<TestFormat.To> outputs = new ArrayList<>();

  @Option(
      names = "--coverage",
      description =
          "Also list the routes, matches, servers of gateways and subsets that no test comes to,"
              + " with a request that would.")
  private boolean coverage;

  @Mixin private WorldOptions options = new WorldOptions();

  private TestCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  /** Returns the command with its subcommand. */
  static CommandLine with(Console console, List<Rule> rules) {
    return new CommandLine(new TestCommand(console, rules))
        .addSubcommand(new TestInit(console, rules));
  }

  @Override
  public Integer call() {
    List<TestFormat.To> asked =
        outputs.isEmpty() ? List.of(new TestFormat.To(TestFormat.TEXT, Optional.empty())) : outputs;
    if (asked.stream().filter(to -> to.file().isEmpty()).count() > 1) {
      throw new UnusableException("report.mixed");
    }
    RouteTestFiles files = RouteTestFiles.read(paths, tests, console);
    if (files.files() == 0) {
      throw new UnusableException("test.none", OwnFiles.ROUTE_TESTS);
    }
    World world = World.read(options, paths, rules, console);
    world.tell(console);
    TestReport report = run(files, world);
    boolean written = true;
    for (TestFormat.To to : asked) {
      written &= write(to, report);
    }
    if (!written || !world.errors().isEmpty()) {
      return ExitCode.UNUSABLE;
    }
    return report.exitCode(world.doubtful());
  }

  private TestReport run(RouteTestFiles files, World world) {
    TestRunner runner = new TestRunner(world.mesh());
    List<Judgement> judgements = new ArrayList<>();
    List<TraceResult> results = new ArrayList<>();
    ConsoleProgress progress = new ConsoleProgress(console);
    for (RouteTest test : files.tests()) {
      progress.step("progress.testing", files.tests().size());
      Judgement judgement = runner.run(test);
      judgements.add(judgement);
      results.addAll(judgement.results());
    }
    Optional<Coverage> reached =
        coverage
            ? Optional.of(Coverage.of(objects(world), results, runner.requests()))
            : Optional.empty();
    progress.end();
    return new TestReport(judgements, files.problems(), files.errors(), reached);
  }

  /** Of a cluster all objects count, of files those that were given. */
  private static List<Resource> objects(World world) {
    if (!world.objects().isEmpty()) {
      return world.objects();
    }
    return Stream.of(Kind.GATEWAY, Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE)
        .flatMap(kind -> world.mesh().list(kind).items().stream())
        .toList();
  }

  private boolean write(TestFormat.To to, TestReport report) {
    Paint paint = to.file().isEmpty() ? console.paint() : Paint.PLAIN;
    String text =
        switch (to.format()) {
          case TEXT -> new TestText(paint, console.language()).write(report);
          case JSON -> new TestJson(console.language()).write(report);
          case JUNIT -> new TestJUnit(console.language()).write(report);
        };
    if (to.file().isEmpty()) {
      console.out().print(text);
      return true;
    }
    String file = to.file().get();
    try {
      Files.write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (InvalidPathException e) {
      console.tell("report.unwritten", SafeText.escape(file), SourceText.reason(e));
    } catch (IOException e) {
      console.tell("report.unwritten", SafeText.escape(file), SourceText.reason(e));
    }
    return false;
  }
}
