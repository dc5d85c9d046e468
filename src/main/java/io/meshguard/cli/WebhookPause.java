package io.meshguard.cli;

import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.files.SourceText;
import io.meshguard.kube.StoredWebhooks;
import io.meshguard.kube.WebhookSwitch;
import io.meshguard.pause.DurationText;
import io.meshguard.pause.Pause;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.SafeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has the webhook say yes to everything for a while. */
@Command(
    name = "pause",
    description = {
      "Makes the webhook allow everything for a while, with the ConfigMap meshguard-pause.",
      "With --hard, for when the webhook itself does not work, API servers stop calling" + " it."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard webhook pause --for 2h --reason \"release 42 must go out\"",
      "  meshguard webhook pause --for 30m --hard --yes",
      "",
      "Exit codes: 0 paused, 2 wrong usage, or it could not be written."
    })
final class WebhookPause implements Callable<Integer> {

  private static final int TRIES = 10;
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Console console;
  private final Clock clock;

  @Mixin private WebhookOptions cluster = new WebhookOptions();

  @Option(
      names = "--for",
      required = true,
      paramLabel = "SPAN",
      description = "How long, such as 30m, 2h or 1h30m; at most 24h.")
  private String span = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; for the log and for status.")
  private String reason = "";

  @Option(
      names = "--hard",
      description = "Also stop API servers from calling the webhook, whether it runs or not.")
  private boolean hard;

  @Option(names = "--yes", description = "With --hard: do not ask.")
  private boolean yes;

  WebhookPause(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Duration length = length();
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Contexts.config(cluster)).build()) {
      PauseConfigMap stored = new PauseConfigMap(client, cluster.own);
      Instant until = clock.instant().plus(length).truncatedTo(ChronoUnit.SECONDS);
      return hard
          ? hard(client, stored, new Pause(until, by(client), reason, true))
          : soft(stored, new Pause(until, by(client), reason, isHard(stored)));
    } catch (KubernetesClientException e) {
      throw new UnusableException("pause.unwritten", ClusterTrouble.of(e));
    }
  }

  private Duration length() {
    Duration length;
    try {
      length = DurationText.parse(span);
    } catch (IllegalArgumentException e) {
      throw new UnusableException("pause.for", ForeignText.of(String.valueOf(e.getMessage())));
    }
    if (length.compareTo(Pause.LONGEST) > 0) {
      throw new UnusableException("pause.long", span, DurationText.text(Pause.LONGEST));
    }
    return length;
  }

  private int soft(PauseConfigMap stored, Pause pause) {
    stored.write(pause);
    paused(pause);
    return ExitCode.CLEAN;
  }

  /** What was relaxed stays so until somebody resumes, however the pause is written again. */
  private static boolean isHard(PauseConfigMap stored) {
    return stored.data().filter(data -> "true".equals(data.get("hard"))).isPresent();
  }

  private int hard(KubernetesClient client, PauseConfigMap stored, Pause pause) {
    WebhookSwitch webhooks = new WebhookSwitch(client);
    List<StoredWebhooks> ours = webhooks.ours();
    if (ours.isEmpty()) {
      throw new UnusableException("webhook.none", StoredWebhooks.LABEL + "=" + StoredWebhooks.OURS);
    }
    ours.forEach(this::explain);
    confirm();
    boolean written = write(stored, pause, 1);
    for (StoredWebhooks configuration : ours) {
      String done = webhooks.relax(configuration) ? "pause.relaxed" : "pause.notCalled";
      console.out().println(console.say(done, configuration.title()));
    }
    if (written || write(stored, pause, TRIES)) {
      paused(pause);
      return ExitCode.CLEAN;
    }
    console.tell("pause.endless");
    return ExitCode.UNUSABLE;
  }

  private void explain(StoredWebhooks configuration) {
    GitOpsTool.of(configuration.manager())
        .ifPresent(tool -> console.tell("pause.inGit", configuration.title(), tool.suspend()));
  }

  private void confirm() {
    if (yes) {
      return;
    }
    if (!console.errTerminal()) {
      throw new UnusableException("pause.confirm");
    }
    console.err().print(console.say("pause.ask", SafeText.escape(span)) + " ");
    console.err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))
              .readLine();
      if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
        throw new UnusableException("pause.unchanged");
      }
    } catch (IOException e) {
      throw new UnusableException("pause.noAnswer", SourceText.reason(e));
    }
  }

  /** A server in trouble may refuse even this; API servers stop calling it a moment later. */
  private boolean write(PauseConfigMap stored, Pause pause, int tries) {
    for (int tried = 1; ; tried++) {
      try {
        stored.write(pause);
        return true;
      } catch (KubernetesClientException e) {
        if (tried == tries) {
          if (tries > 1) {
            console.tell(
                "pause.configMap", cluster.own + "/" + Pause.CONFIG_MAP, ClusterTrouble.of(e));
          }
          return false;
        }
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(BETWEEN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableException("pause.interrupted");
    }
  }

  private void paused(Pause pause) {
    console.out().println(console.say("pause.done", pause.until().toString()));
  }

  /** Clusters before 1.28 do not tell; then it is the account on this machine. */
  private static @Nullable String authenticated(KubernetesClient client) {
    try {
      return client
          .authentication()
          .v1()
          .selfSubjectReviews()
          .create(new SelfSubjectReview())
          .getStatus()
          .getUserInfo()
          .getUsername();
    } catch (KubernetesClientException e) {
      return null;
    }
  }

  private static String by(KubernetesClient client) {
    String user = authenticated(client);
    return user == null ? System.getProperty("user.name", "somebody") : user;
  }
}
