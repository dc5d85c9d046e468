package io.meshguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.StoredWebhooks;
import io.meshguard.kube.WebhookSwitch;
import io.meshguard.pause.DurationText;
import io.meshguard.pause.Pause;
import io.meshguard.pause.UnreadablePause;
import io.meshguard.rule.ForeignText;
import io.meshguard.rule.SafeText;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether the webhook of a cluster is at work. */
@Command(
    name = "status",
    description = {
      "Shows whether the webhook is paused, and whether API servers can call it. Only reads.",
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard webhook status",
      "",
      "Exit codes: 0 at work, 1 not paused but something is missing, 2 wrong usage or no"
          + " answer, 3 paused."
    })
final class WebhookStatus implements Callable<Integer> {

  private final Console console;
  private final Clock clock;
  private final List<String> trouble = new ArrayList<>();

  @Mixin private WebhookOptions cluster = new WebhookOptions();

  WebhookStatus(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Instant now = clock.instant();
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Contexts.config(cluster)).build()) {
      Optional<Optional<Map<String, String>>> stored =
          readable("status.paused", () -> new PauseConfigMap(client, cluster.own).data());
      Optional<Pause> pause =
          stored.flatMap(Function.identity()).flatMap(this::read).filter(p -> p.active(now));
      if (stored.isPresent()) {
        say(console.say("status.paused"), pause.map(p -> text(p, now)).orElse(console.say("no")));
      }
      Optional<List<StoredWebhooks>> ours =
          readable("status.configurations", () -> new WebhookSwitch(client).ours());
      ours.ifPresent(webhooks -> configurations(client, webhooks, pause.isPresent()));
      trouble.forEach(console::note);
      if (pause.isPresent()) {
        return ExitCode.PAUSED;
      }
      return trouble.isEmpty() ? ExitCode.CLEAN : ExitCode.FINDINGS;
    } catch (KubernetesClientException e) {
      throw new UnusableException("cluster.unreadable", ClusterTrouble.of(e));
    }
  }

  private Optional<Pause> read(Map<String, String> data) {
    try {
      return Optional.of(Pause.read(data));
    } catch (UnreadablePause e) {
      trouble.add(
          console.say(
              "status.noPause", Pause.CONFIG_MAP, ForeignText.of(String.valueOf(e.getMessage()))));
      return Optional.empty();
    }
  }

  private String text(Pause pause, Instant now) {
    String reason =
        pause.reason().isEmpty() ? "" : console.say("status.reason", SafeText.cut(pause.reason()));
    String by = pause.by().isBlank() ? "" : console.say("status.by", SafeText.cut(pause.by()));
    String left = DurationText.text(Duration.between(now, pause.until()));
    return console.say("status.until", pause.until().toString(), left, by, reason);
  }

  private void configurations(KubernetesClient client, List<StoredWebhooks> ours, boolean paused) {
    if (ours.isEmpty()) {
      trouble.add(console.say("webhook.none", StoredWebhooks.LABEL + "=" + StoredWebhooks.OURS));
      return;
    }
    for (StoredWebhooks configuration : ours) {
      say(configuration.title(), summary(configuration));
      if (configuration.relaxed() > 0 && !paused) {
        trouble.add(console.say("status.relaxed", configuration.title()));
      }
    }
    replicas(client, ours);
  }

  private String summary(StoredWebhooks configuration) {
    Set<String> policies = new LinkedHashSet<>();
    int trusted = 0;
    for (JsonNode entry : configuration.entries()) {
      policies.add(entry.path("failurePolicy").asText());
      trusted += entry.at("/clientConfig/caBundle").asText().isEmpty() ? 0 : 1;
    }
    int all = configuration.entries().size();
    if (trusted < all) {
      trouble.add(console.say("status.untrusted", configuration.title()));
    }
    return console.say(
        configuration.relaxed() == 0 ? "status.called" : "status.notCalled",
        String.join(console.say("and"), policies),
        trusted,
        all);
  }

  private void replicas(KubernetesClient client, List<StoredWebhooks> ours) {
    JsonNode address = ours.get(0).entries().path(0).path("clientConfig");
    if (address.has("url")) {
      say(console.say("status.replicas"), console.say("status.at", address.path("url").asText()));
      return;
    }
    String namespace = address.at("/service/namespace").asText();
    String service = address.at("/service/name").asText();
    readable("status.replicas", () -> ready(client, namespace, service))
        .ifPresent(
            ready -> {
              say(console.say("status.replicas"), console.say("status.ready", ready));
              if (ready == 0) {
                trouble.add(console.say("status.noneReady", namespace + "/" + service));
              }
            });
  }

  private static long ready(KubernetesClient client, String namespace, String service) {
    return client
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace)
        .withLabel("kubernetes.io/service-name", service)
        .list()
        .getItems()
        .stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(
            endpoint ->
                endpoint.getConditions() == null
                    || !Boolean.FALSE.equals(endpoint.getConditions().getReady()))
        .flatMap(endpoint -> endpoint.getAddresses().stream())
        .distinct()
        .count();
  }

  /** What this account must not read is said, and the rest is shown. */
  private <T> Optional<T> readable(String what, Supplier<T> read) {
    try {
      return Optional.of(read.get());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      say(console.say(what), console.say("status.unknown"));
      trouble.add(console.say("status.unread"));
      return Optional.empty();
    }
  }

  private void say(String what, String text) {
    console.out().println(console.say("of", what, text));
  }
}
