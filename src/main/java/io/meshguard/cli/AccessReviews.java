package io.meshguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.AccessQuestion;
import io.meshguard.mesh.Access.Permission;
import io.meshguard.mesh.Requester;
import io.meshguard.rule.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks an API server what somebody may do, one SubjectAccessReview a permission. */
final class AccessReviews {

  private static final int AT_ONCE = 8;
  private static final int FORBIDDEN = 403;

  private final Requester person;

  AccessReviews(Requester person) {
    this.person = person;
  }

  /** Returns which of the permissions the person does not have in a cluster. */
  AccessResult missing(String context, Config config, List<Permission> needed) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      List<Permission> missing = new ArrayList<>();
      // One alone first: a cluster that does not answer is waited for once only.
      boolean first = needed.isEmpty() || may(client, needed.get(0));
      List<Future<Boolean>> answers = new ArrayList<>();
      for (Permission permission : needed.subList(Math.min(1, needed.size()), needed.size())) {
        answers.add(threads.submit(() -> may(client, permission)));
      }
      if (!first) {
        missing.add(needed.get(0));
      }
      for (int i = 0; i < answers.size(); i++) {
        if (!answers.get(i).get()) {
          missing.add(needed.get(i + 1));
        }
      }
      return new AccessResult(context, missing, Optional.empty());
    } catch (AccessQuestion.Unanswered | KubernetesClientException e) {
      return failed(context, e);
    } catch (ExecutionException e) {
      return failed(context, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(context, e);
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean may(KubernetesClient client, Permission permission) {
    return new AccessQuestion(person, permission).ask(client);
  }

  private static AccessResult failed(String context, Throwable cause) {
    return new AccessResult(context, List.of(), Optional.of(reason(cause)));
  }

  private static Message reason(Throwable cause) {
    if (cause instanceof KubernetesClientException e && e.getCode() == FORBIDDEN) {
      return CliText.of("access.forbidden");
    }
    return ClusterTrouble.of(cause);
  }
}
