package io.meshguard.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream in UTF-8 for results, which remembers why they could not be written; others keep that to
 * themselves.
 */
final class ResultStream extends PrintStream {

  /** What systems call it when whoever reads has gone, such as {@code head} after its last line. */
  private static final List<String> GONE = List.of("Broken pipe", "EPIPE", "断开的管道");

  private final Remembering target;

  ResultStream(OutputStream target) {
    this(new Remembering(target));
  }

  private ResultStream(Remembering target) {
    super(target, false, StandardCharsets.UTF_8);
    this.target = target;
  }

  /** Returns why results were lost that somebody was there to read; flushes first. */
  Optional<IOException> loss() {
    flush();
    IOException failure = target.failure;
    if (failure == null || GONE.stream().anyMatch(String.valueOf(failure.getMessage())::contains)) {
      return Optional.empty();
    }
    return Optional.of(failure);
  }

  /** Every start comes through here: without lambdas, which a JVM links one by one. */
  private static final class Remembering extends FilterOutputStream {
    private @Nullable IOException failure;

    Remembering(OutputStream target) {
      super(target);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        throw remember(e);
      }
    }

    @Override
    public void write(int single) throws IOException {
      try {
        out.write(single);
      } catch (IOException e) {
        throw remember(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        throw remember(e);
      }
    }

    private IOException remember(IOException e) {
      failure = failure == null ? e : failure;
      return e;
    }
  }
}
