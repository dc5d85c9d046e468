package io.meshguard.demo;

import java.io.IOException;
import java.time.Duration;

/**
 * One act while it is played: shows sentences, runs commands, and fails where a command does not
 * leave what it should.
 */
final class Act {

  private final int number;
  private final String name;
  private final Screen screen;
  private final Shell shell;
  private final PolicyClock policy;

  private Act(int number, String name, Screen screen, Shell shell, PolicyClock policy) {
    this.number = number;
    this.name = name;
    this.screen = screen;
    this.shell = shell;
    this.policy = policy;
  }

  /** Shows the heading and what the act is about. */
  static Act begin(int number, String name, Screen screen, Shell shell, PolicyClock policy) {
    screen.heading(screen.text("act", number, screen.text(name + ".title")));
    screen.paragraph(screen.text(name + ".intro"));
    return new Act(number, name, screen, shell, policy);
  }

  /** Runs a command; its exit code and these texts in its output are what the act shows. */
  void run(String line, int exitCode, String... texts)
      throws ActFailedException, IOException, InterruptedException {
    screen.command(line);
    Shell.Result result = shell.run(line);
    screen.output(result.output());
    if (result.exitCode() != exitCode) {
      throw unexpected(line, exitCode, String.join("\", \"", texts), result);
    }
    for (String text : texts) {
      if (!result.output().contains(text)) {
        throw unexpected(line, exitCode, text, result);
      }
    }
  }

  /** Sets the mode of a rule in the policy, and waits until it is in force. */
  void toggle(String rule, String mode)
      throws ActFailedException, IOException, InterruptedException {
    long before = policy.generation();
    run(
        "kubectl -n meshguard patch configmap meshguard-policy --type merge -p"
            + " '{\"data\":{\"%s\":\"%s\"}}'".formatted(rule, mode),
        0,
        "configmap/meshguard-policy patched");
    long patched = System.nanoTime();
    if (!policy.awaitAfter(before)) {
      throw failed(screen.text("failed.in-force", PolicyClock.LIMIT.toSeconds()));
    }
    long millis = Duration.ofNanos(System.nanoTime() - patched).toMillis();
    screen.aside(screen.text("in-force", millis));
  }

  /** Shows sentences after an empty line. */
  void say(String key) {
    screen.show("");
    screen.paragraph(screen.text(name + "." + key));
  }

  /** Shows what the act means. */
  void end() {
    say("meaning");
  }

  private ActFailedException unexpected(
      String line, int exitCode, String text, Shell.Result result) {
    return failed(screen.text("failed.expected", line, exitCode, text, result.exitCode()));
  }

  private ActFailedException failed(String reason) {
    return new ActFailedException(screen.text("failed.act", number, reason));
  }
}
