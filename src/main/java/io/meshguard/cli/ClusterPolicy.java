package io.meshguard.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshguard.kube.ClusterReader;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyReader;
import io.meshguard.policy.PolicyResult;
import io.meshguard.report.ProductInfo;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;

/** Finds the policy that is in force in a cluster, as its server does, and says which it is. */
final class ClusterPolicy {

  private static final String ACCEPTED = PolicyReader.CONFIG_MAP + "-accepted";

  private final List<RuleInfo> rules;
  private final Console console;
  private final Language language;

  ClusterPolicy(List<RuleInfo> rules, Console console, Language language) {
    this.rules = rules;
    this.console = console;
    this.language = language;
  }

  /** Returns the policy of a file, else that of the cluster, else the defaults. */
  Policy policy(ClusterOptions options, ClusterReader cluster) {
    PolicyFile files = new PolicyFile(rules, console);
    if (options.policy != null) {
      return files.policy(Optional.of(options.policy), language);
    }
    PolicyReader reader = new PolicyReader(rules, Version.of(ProductInfo.VERSION));
    try {
      Optional<Policy> written = written(options.own, cluster, reader);
      if (written.isPresent()) {
        return written.get();
      }
      Optional<Policy> accepted = accepted(options.own, cluster, reader);
      if (accepted.isPresent()) {
        return accepted.get();
      }
      console.tell("policy.none", options.own);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      console.tell("policy.forbidden", options.own + "/" + PolicyReader.CONFIG_MAP);
    }
    return files.defaults();
  }

  private Optional<Policy> written(String own, ClusterReader cluster, PolicyReader reader) {
    Optional<Resource> map = cluster.configMap(own, PolicyReader.CONFIG_MAP);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    PolicyResult result = reader.read(map.get(), console.today());
    result.warnings().forEach(warning -> console.note(warning.line(language)));
    result.problems().forEach(problem -> console.note(problem.line(language)));
    if (result.policy().isPresent()) {
      console.tell("policy.written", own + "/" + PolicyReader.CONFIG_MAP);
    } else {
      console.tell("policy.broken", own + "/" + PolicyReader.CONFIG_MAP);
    }
    return result.policy();
  }

  private Optional<Policy> accepted(String own, ClusterReader cluster, PolicyReader reader) {
    Optional<Policy> accepted =
        cluster
            .configMap(own, ACCEPTED)
            .flatMap(map -> reader.readLenient(map, console.today()).policy());
    accepted.ifPresent(policy -> console.tell("policy.accepted", own + "/" + ACCEPTED));
    return accepted;
  }
}
