package io.meshguard.render;

import io.meshguard.rule.ForeignText;
import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program on the PATH that renders.
 *
 * @param name what it is called
 * @param command the program and the arguments that come first
 */
record Tool(String name, List<String> command) {

  private static final int PATIENCE_SECONDS = 60;
  private static final int LONGEST_REASON = 400;
  private static final int MOST_BYTES = 64 * 1024 * 1024;

  Tool {
    command = List.copyOf(command);
  }

  /** Finds the program of a name on a PATH. */
  static Optional<Path> find(String path, String name) {
    for (String folder : path.split(File.pathSeparator)) {
      if (folder.isEmpty()) {
        continue;
      }
      try {
        Path program = Path.of(folder, name);
        if (Files.isRegularFile(program) && Files.isExecutable(program)) {
          return Optional.of(program);
        }
      } catch (InvalidPathException noFolder) {
        // nothing can be there
      }
    }
    return Optional.empty();
  }

  /**
   * Runs it and returns what it writes.
   *
   * @throws RenderException if it fails, takes too long or writes too much
   */
  String run(List<String> arguments) throws RenderException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(whole).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
    CompletableFuture<byte[]> errors = read(process.getErrorStream());
    CompletableFuture<byte[]> output = read(process.getInputStream());
    try {
      byte[] text = output.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new RenderException(RenderText.of("late", name, PATIENCE_SECONDS));
      }
      if (process.exitValue() != 0) {
        throw failed(new String(errors.join(), StandardCharsets.UTF_8));
      }
      if (text.length > MOST_BYTES) {
        throw new RenderException(RenderText.of("large", name));
      }
      return new String(text, StandardCharsets.UTF_8);
    } catch (TimeoutException e) {
      throw new RenderException(RenderText.of("late", name, PATIENCE_SECONDS));
    } catch (ExecutionException | CompletionException e) {
      throw failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RenderException(RenderText.of("stopped", name));
    } finally {
      process.destroyForcibly();
    }
  }

  private RenderException failed(String text) {
    Message why = ForeignText.of(SafeText.escape(cut(reason(text))));
    return new RenderException(RenderText.of("failed", name, why));
  }

  /** Returns the line that says why: kubectl writes err= into it, helm and kustomize Error. */
  private static String reason(String text) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    for (String mark : List.of("err=\"", "Error: ")) {
      for (String line : lines) {
        int at = line.indexOf(mark);
        if (at >= 0) {
          return line.substring(at + mark.length());
        }
      }
    }
    return lines.isEmpty() ? "?" : lines.get(lines.size() - 1);
  }

  /** A tool's line says what to do, and that may take a while. */
  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST_REASON
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_REASON)) + "…";
  }

  /** Reads one byte more than is allowed, so that too much is seen. */
  private static CompletableFuture<byte[]> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] part = new byte[1 << 16];
            for (int n = stream.read(part); n >= 0; n = stream.read(part)) {
              bytes.write(part, 0, n);
              if (bytes.size() > MOST_BYTES) {
                break;
              }
            }
            return bytes.toByteArray();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
