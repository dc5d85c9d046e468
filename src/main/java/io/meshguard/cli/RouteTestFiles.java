package io.meshguard.cli;

import io.meshguard.expect.Problem;
import io.meshguard.expect.RouteTest;
import io.meshguard.expect.RouteTestReader;
import io.meshguard.expect.RouteTests;
import io.meshguard.files.SourceText;
import io.meshguard.files.Sources;
import io.meshguard.report.InputError;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The route tests that stand below paths.
 *
 * @param files how many files there are
 * @param tests the tests
 * @param problems what is wrong with files
 * @param errors files that cannot be read
 */
record RouteTestFiles(
    int files, List<RouteTest> tests, List<Problem> problems, List<InputError> errors) {

  /**
   * Reads tests.
   *
   * @param paths files and folders, as for manifests
   * @param named files of tests, whatever their names
   */
  static RouteTestFiles read(List<String> paths, List<String> named, Console console) {
    List<String> files = new ArrayList<>(named);
    Sources.of(paths, console.language()).tests().forEach(file -> files.add(file.toString()));
    List<RouteTest> tests = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    List<InputError> errors = new ArrayList<>();
    for (String file : files) {
      try {
        RouteTests read = RouteTestReader.read(file, SourceText.read(Path.of(file)));
        tests.addAll(read.tests());
        problems.addAll(read.problems());
      } catch (InvalidPathException e) {
        errors.add(new InputError(file, Optional.empty(), console.say(SourceText.reason(e))));
      } catch (IOException e) {
        String why = console.say(SourceText.reason(e));
        errors.add(new InputError(file, Optional.empty(), why));
      }
    }
    return new RouteTestFiles(
        files.size(), List.copyOf(tests), List.copyOf(problems), List.copyOf(errors));
  }
}
