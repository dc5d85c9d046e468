package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.StoredWebhooks;
import io.meshguard.kube.WebhookSwitch;
import io.meshguard.pause.Pause;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a pause before its time. */
@Command(
    name = "resume",
    description = {
      "Ends a pause: deletes the ConfigMap meshguard-pause.",
      "After pause --hard, writes back what the webhook configurations were before."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard webhook resume",
      "",
      "Exit codes: 0 not paused any more, 2 wrong usage, or it could not be ended."
    })
final class WebhookResume implements Callable<Integer> {

  private final Console console;

  @Mixin private WebhookOptions cluster = new WebhookOptions();

  WebhookResume(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Contexts.config(cluster)).build()) {
      PauseConfigMap stored = new PauseConfigMap(client, cluster.own);
      Optional<Map<String, String>> data = stored.data();
      boolean restored =
          restore(client, data.filter(d -> "true".equals(d.get("hard"))).isPresent());
      boolean deleted = data.isPresent() && stored.delete();
      if (deleted) {
        console.out().println(console.say("resume.deleted", cluster.own + "/" + Pause.CONFIG_MAP));
      }
      if (!deleted && !restored) {
        console.out().println(console.say("resume.none"));
      }
      return ExitCode.CLEAN;
    } catch (KubernetesClientException e) {
      throw new UnusableException("resume.failed", ClusterTrouble.of(e));
    }
  }

  /** Who may only write the ConfigMap ends their own pause; only a hard one needs more rights. */
  private boolean restore(KubernetesClient client, boolean needed) {
    WebhookSwitch webhooks = new WebhookSwitch(client);
    boolean restored = false;
    try {
      List<StoredWebhooks> ours = webhooks.ours();
      for (StoredWebhooks configuration : ours) {
        if (webhooks.restore(configuration)) {
          restored = true;
          console.out().println(console.say("resume.called", configuration.title()));
          GitOpsTool.of(configuration.manager())
              .ifPresent(tool -> console.tell("resume.inGit", tool.resume()));
        }
      }
    } catch (KubernetesClientException e) {
      if (needed || e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      console.tell("resume.unseen", ClusterTrouble.of(e));
    }
    return restored;
  }
}
