package io.meshguard.cli;

import io.meshguard.files.Progress;

/** Says on a terminal how far long work has come; silent in a pipe and for short work. */
final class ConsoleProgress implements Progress {

  private static final long FIRST_NANOS = 1_000_000_000L;
  private static final long EVERY_NANOS = 100_000_000L;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Console console;
  private long next = System.nanoTime() + FIRST_NANOS;
  private String phase = "";
  private int done;
  private boolean shown;

  ConsoleProgress(Console console) {
    this.console = console;
  }

  @Override
  public void step(String doing, int all) {
    done = doing.equals(phase) ? done + 1 : 1;
    phase = doing;
    if (!console.errTerminal() || System.nanoTime() < next) {
      return;
    }
    next = System.nanoTime() + EVERY_NANOS;
    shown = true;
    console.err().print(CLEAR_LINE + console.say(doing) + " " + done + "/" + all);
    console.err().flush();
  }

  /** Takes the line back, so that results can be written. */
  void end() {
    if (shown) {
      console.err().print(CLEAR_LINE);
      console.err().flush();
      shown = false;
    }
  }
}
