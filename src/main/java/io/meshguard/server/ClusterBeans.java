package io.meshguard.server;

import com.github.benmanes.caffeine.cache.Ticker;
import io.meshguard.mesh.MeshFacts;
import io.meshguard.mesh.Permissions;
import io.meshguard.mesh.Version;
import io.meshguard.pause.PauseHolder;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyReader;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.mesh.AskedPermissions;
import io.meshguard.server.mesh.FactsHolder;
import io.meshguard.server.mesh.LiveMesh;
import io.meshguard.server.tls.CertificateConfig;
import io.meshguard.server.tls.CertificateSource;
import io.meshguard.server.tls.CertificateSources;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes what the server knows of its cluster. */
@Singleton
public class ClusterBeans {

  private static final Duration PERMISSIONS_DEADLINE = Duration.ofMillis(500);
  private static final int QUESTIONS_AT_ONCE = 4;
  private static final int QUESTIONS_WAITING = 200;

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  Cluster cluster(ClusterConfig config) {
    return ClusterFactory.of(config);
  }

  @Produces
  @Singleton
  FactsHolder facts() {
    return new FactsHolder();
  }

  @Produces
  @Singleton
  LiveMesh mesh(FactsHolder facts) {
    return new LiveMesh(facts::facts);
  }

  /** Only rules about permissions ask, and their questions must not take up the reviews' time. */
  @Produces
  @Singleton
  Permissions permissions(Cluster cluster) {
    return cluster
        .client()
        .<Permissions>map(
            client ->
                new AskedPermissions(
                    question -> question.ask(client),
                    questions(),
                    PERMISSIONS_DEADLINE,
                    Ticker.systemTicker()))
        .orElse(Permissions.UNKNOWN);
  }

  private static Executor questions() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            QUESTIONS_AT_ONCE,
            QUESTIONS_AT_ONCE,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(QUESTIONS_WAITING),
            task -> {
              Thread thread = new Thread(task, "permissions");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  @Produces
  @Singleton
  PolicyReader policyReader(@ConfigProperty(name = "quarkus.application.version") String version) {
    return new PolicyReader(Catalogue.infos(), release(version));
  }

  @Produces
  @Singleton
  PolicyHolder policyHolder(
      PolicyReader reader,
      Clock clock,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    List<RuleInfo> rules = Catalogue.infos();
    return new PolicyHolder(reader, Policy.defaults(rules, release(version)), clock.instant());
  }

  @Produces
  @Singleton
  PauseHolder pauses() {
    return new PauseHolder();
  }

  @Produces
  @Singleton
  CertificateSource certificate(
      CertificateConfig config, ClusterConfig own, Cluster cluster, Clock clock)
      throws GeneralSecurityException, IOException {
    return CertificateSources.of(
        config, cluster.client(), cluster.namespace(), hosts(own, cluster), clock);
  }

  private static Set<String> hosts(ClusterConfig config, Cluster cluster) {
    String service = config.service() + "." + cluster.namespace() + ".svc";
    Set<String> hosts = new LinkedHashSet<>();
    hosts.add(service);
    hosts.add(service + "." + MeshFacts.UNKNOWN.clusterDomain());
    hosts.add("localhost");
    hosts.add("127.0.0.1");
    config.registerUrl().map(URI::getHost).ifPresent(hosts::add);
    return hosts;
  }

  private static Version release(String version) {
    return Version.parse(version)
        .orElseThrow(() -> new IllegalStateException("no release number: " + version));
  }
}
