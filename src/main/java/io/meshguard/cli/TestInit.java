package io.meshguard.cli;

import io.meshguard.expect.Coverage;
import io.meshguard.expect.RequestFinder;
import io.meshguard.expect.RouteTestReader;
import io.meshguard.expect.TestRunner;
import io.meshguard.expect.TestWriter;
import io.meshguard.files.OwnFiles;
import io.meshguard.files.SourceText;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes route tests that pin what is so today. */
@Command(
    name = "init",
    description = {
      "Writes a test for each route, with what becomes of its request today.",
      "Beside the objects, into " + OwnFiles.ROUTE_TESTS + "."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  meshguard test init k8s/", "  meshguard test init --force k8s/"})
final class TestInit implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Parameters(paramLabel = "PATH", description = "The file or folder of the objects.")
  private String path = "";

  @Option(names = "--force", description = "Write over a file that is there.")
  private boolean force;

  @Mixin private WorldOptions options = new WorldOptions();

  TestInit(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    Path file = target();
    if (Files.exists(file) && !force) {
      throw new UnusableException("test.exists", SafeText.escape(file.toString()));
    }
    World world = World.read(options, List.of(path), rules, console);
    world.tell(console);
    TestRunner runner = new TestRunner(world.mesh());
    List<RequestFinder.Found> requests = runner.requests();
    TestWriter.Written written = TestWriter.write(requests);
    if (written.tests() == 0) {
      throw new UnusableException("test.noRoutes");
    }
    String text = console.say("test.comment") + "\n" + written.text();
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UnusableException(
          "report.unwritten", SafeText.escape(file.toString()), SourceText.reason(e));
    }
    String name = SafeText.escape(file.toString());
    console.out().print(console.say("test.written", written.tests(), name) + "\n");
    missed(world, runner, text, requests);
    return world.errors().isEmpty() ? ExitCode.CLEAN : ExitCode.UNUSABLE;
  }

  private Path target() {
    try {
      Path given = Path.of(path);
      if (!Files.exists(given)) {
        throw new UnusableException("of", SafeText.escape(path), SourceText.missing());
      }
      return Files.isDirectory(given)
          ? given.resolve(OwnFiles.ROUTE_TESTS)
          : given.resolveSibling(OwnFiles.ROUTE_TESTS);
    } catch (InvalidPathException e) {
      throw new UnusableException("of", SafeText.escape(path), SourceText.reason(e));
    }
  }

  /** Says which routes have no test. */
  private void missed(
      World world, TestRunner runner, String text, List<RequestFinder.Found> requests) {
    List<TraceResult> results = new ArrayList<>();
    RouteTestReader.read(path, text)
        .tests()
        .forEach(test -> results.addAll(runner.run(test).results()));
    for (Coverage.Item item : Coverage.of(world.objects(), results, requests).missed()) {
      boolean isRoute = item.type() == Coverage.Type.ROUTE || item.type() == Coverage.Type.MATCH;
      if (isRoute) {
        console.tell(
            "test.unpinned", item.object().ref().toString(), TestText.path(item.pointer()));
      }
    }
  }
}
