package io.meshguard.cli;

import io.meshguard.files.FileCache;
import io.meshguard.files.FolderWatch;
import io.meshguard.files.SourceText;
import io.meshguard.rule.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;

/** Checks again whenever a file changes, until somebody ends it. */
final class CheckWatch {

  private static final String CLEAR = "\u001b[H\u001b[2J\u001b[3J";

  private final Console console;
  private final FileCache cache = new FileCache();
  private final RememberedVerdicts verdicts;
  private final Collection<Path> written;

  /**
   * Makes a watch.
   *
   * @param written files that the check itself writes
   */
  CheckWatch(Console console, List<Rule> rules, Collection<Path> written) {
    this.console = console;
    this.verdicts = new RememberedVerdicts(rules);
    this.written = written;
  }

  /** One look at everything. */
  interface Look {
    /** Prints what is found to a console, and returns what is to be watched. */
    Collection<Path> look(Console to, FileCache cache, Judging judging);
  }

  /** Looks again and again; returns the exit code once the thread is interrupted. */
  int run(Look look) {
    Thread end = endWithZero();
    try (FolderWatch watch = new FolderWatch(written)) {
      while (true) {
        verdicts.begin(false);
        Said first = said(look);
        if (watch.add(first.watched())) {
          // nobody saw what changed there in the meantime
          verdicts.begin(false);
          first = said(look);
        }
        show(first, false);
        if (verdicts.isStale()) {
          verdicts.begin(true);
          Said second = said(look);
          if (!second.sameAs(first)) {
            show(second, true);
          }
        }
        cache.endRound();
        watch.await();
      }
    } catch (InterruptedException ended) {
      return ExitCode.CLEAN;
    } catch (IOException e) {
      throw new UnusableException("watch.failed", SourceText.reason(e));
    } finally {
      remove(end);
    }
  }

  /** What one look printed. */
  private record Said(String out, String err, Collection<Path> watched) {
    boolean sameAs(Said other) {
      return out.equals(other.out) && err.equals(other.err);
    }
  }

  private Said said(Look look) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console to =
        new Console(
            console.in(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            console.outTerminal(),
            false,
            console.environment(),
            LocalDate.now(ZoneOffset.UTC));
    Collection<Path> watched = look.look(to, cache, verdicts);
    to.out().flush();
    to.err().flush();
    return new Said(
        out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), watched);
  }

  private void show(Said said, boolean more) {
    String time = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS).toString();
    String line = console.say(more ? "watch.around" : "watch.at", time);
    console.out().print(console.outTerminal() ? CLEAR + line + "\n" : "--- " + line + " ---\n");
    console.out().print(said.out());
    console.out().flush();
    console.err().print(said.err());
    console.err().flush();
  }

  /** Whoever presses Ctrl-C has seen enough; that is no failure. */
  private Thread endWithZero() {
    Thread end =
        new Thread(
            () -> {
              console.out().flush();
              Runtime.getRuntime().halt(ExitCode.CLEAN);
            },
            "meshguard-watch-end");
    Runtime.getRuntime().addShutdownHook(end);
    return end;
  }

  private static void remove(Thread end) {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException ending) {
      // it runs already
    }
  }
}
