package io.meshguard.demo;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How Meshguard is started as a process, on the Java that runs here.
 *
 * @param classPath where its classes are; made absolute
 * @param mainClass its class that takes subcommands
 */
public record JavaProcess(String classPath, String mainClass) {

  /** Makes the class path independent of the directory. */
  public JavaProcess {
    classPath =
        Stream.of(classPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the command line for a subcommand that keeps its temporary files in a directory. */
  List<String> commandLine(Path temporary, List<String> subcommand) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A small server that is to start soon, not one that is to be fast for long.
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    line.add("-Djava.io.tmpdir=" + temporary);
    line.addAll(List.of("-cp", classPath, mainClass));
    line.addAll(subcommand);
    return line;
  }
}
