package io.meshguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshguard.mesh.Version;
import io.meshguard.pause.PauseHolder;
import io.meshguard.policy.Policy;
import io.meshguard.policy.PolicyHolder;
import io.meshguard.policy.PolicyReader;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.audit.AuditMeters;
import io.meshguard.server.mesh.FactsHolder;
import io.meshguard.server.mesh.LiveMesh;
import io.meshguard.server.tls.AuthoritySecret;
import io.meshguard.server.tls.CertificateReload;
import io.meshguard.server.tls.CertificateSource;
import io.meshguard.server.tls.ClientAuthentication;
import io.meshguard.server.tls.ClientConfig;
import io.meshguard.server.tls.SharedCertificate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** The part of a server that is tied to a cluster, as the chart installs it. */
final class Linked {

  private Linked() {}

  static ClusterRuntime link(KubernetesClient client, PauseHolder pauses) throws Exception {
    FactsHolder facts = new FactsHolder();
    return link(client, "meshguard", new LiveMesh(facts::facts), facts, pauses);
  }

  static ClusterRuntime link(
      KubernetesClient client,
      String namespace,
      LiveMesh mesh,
      FactsHolder facts,
      PauseHolder pauses)
      throws Exception {
    Clock clock = Clock.systemUTC();
    Version release = Version.of("0.1");
    PolicyReader reader = new PolicyReader(Catalogue.infos(), release);
    CertificateSource certificate =
        new SharedCertificate(
            new AuthoritySecret(client, namespace, "meshguard-ca"), Set.of("localhost"), clock);
    return new ClusterRuntime(
        new InstalledConfig(),
        new Cluster(Optional.of(client), namespace),
        mesh,
        facts,
        new PolicyHolder(reader, Policy.defaults(Catalogue.infos(), release), clock.instant()),
        certificate,
        new CertificateReload(certificate, clock),
        clock,
        new AuditMeters(new SimpleMeterRegistry()),
        pauses,
        new ClientAuthentication(new AnybodyMayCall()));
  }

  /** What the chart's Deployment does not say. */
  private record AnybodyMayCall() implements ClientConfig {
    @Override
    public Optional<Path> caFile() {
      return Optional.empty();
    }

    @Override
    public Optional<Set<String>> names() {
      return Optional.empty();
    }
  }

  /** What the chart's Deployment says. */
  private record InstalledConfig() implements ClusterConfig {
    @Override
    public Optional<Path> kubeconfig() {
      return Optional.empty();
    }

    @Override
    public Optional<String> namespace() {
      return Optional.of("meshguard");
    }

    @Override
    public String service() {
      return "meshguard";
    }

    @Override
    public String webhookConfiguration() {
      return "meshguard";
    }

    @Override
    public Optional<URI> registerUrl() {
      return Optional.empty();
    }
  }
}
