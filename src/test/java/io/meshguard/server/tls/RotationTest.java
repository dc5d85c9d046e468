package io.meshguard.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A certificate that changes under load, in a mounted Secret. */
@QuarkusTest
@TestProfile(RotationTest.Mounted.class)
class RotationTest {

  private static final int ROTATIONS = 5;
  private static final Set<String> HOSTS = Set.of("localhost");

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  URI server;

  @Inject
  @SuppressWarnings("NullAway.Init") // set by Quarkus
  CertificateReload reload;

  /** Serves from a directory. */
  public static final class Mounted implements QuarkusTestProfile {

    static final Authority AUTHORITY = authority();
    static final MountedSecret SECRET = secret();

    private static Authority authority() {
      try {
        return Authority.create(Instant.now(), Authority.LEAF_LIFE);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static MountedSecret secret() {
      try {
        Path folder = Files.createTempDirectory("mounted-");
        return new MountedSecret(folder, AUTHORITY.issue(HOSTS, Instant.now()));
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("meshguard.cluster.certificate-directory", SECRET.directory().toString());
    }
  }

  @Test
  void noRequestIsLostWhileTheCertificateChanges() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger requests = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int client = 0; client < 4; client++) {
        clients.add(threads.submit(keptAlive(over, requests)));
      }
      for (int client = 0; client < 2; client++) {
        clients.add(threads.submit(alwaysAnew(over, requests)));
      }
      for (int rotation = 0; rotation < ROTATIONS; rotation++) {
        awaitMore(requests, 100);
        KeyMaterial next = Mounted.AUTHORITY.issue(HOSTS, Instant.now());
        Mounted.SECRET.swap(next);
        reload.check();
        awaitServed(next.chain().get(0));
      }
      awaitMore(requests, 100);
      over.set(true);
      for (Future<Integer> client : clients) {
        assertThat(client.get(10, TimeUnit.SECONDS)).isGreaterThan(ROTATIONS);
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  @Test
  void whatCannotBeServedIsNotTaken() throws Exception {
    X509Certificate before = served();
    KeyMaterial next = Mounted.AUTHORITY.issue(HOSTS, Instant.now());
    KeyMaterial other = Mounted.AUTHORITY.issue(HOSTS, Instant.now());
    String certificate = PemText.of(next.chain().get(0));

    Mounted.SECRET.swap("", "");
    reload.check();
    assertThat(served()).isEqualTo(before);
    Mounted.SECRET.swap(certificate, PemText.of(other.key()));
    reload.check();
    assertThat(served()).as("a key of another certificate").isEqualTo(before);
    Mounted.SECRET.swap(certificate, PemText.of(next.key()));
    reload.check();
    awaitServed(next.chain().get(0));
  }

  /** Sends one request after another through the one connection that it opens. */
  private Callable<Integer> keptAlive(AtomicBoolean over, AtomicInteger requests) {
    return () -> {
      int sent = 0;
      try (HttpsConnection connection = connect()) {
        while (!over.get()) {
          connection.review();
          requests.incrementAndGet();
          sent++;
        }
      }
      return sent;
    };
  }

  private Callable<Integer> alwaysAnew(AtomicBoolean over, AtomicInteger requests) {
    return () -> {
      int sent = 0;
      while (!over.get()) {
        try (HttpsConnection connection = connect()) {
          connection.review();
        }
        requests.incrementAndGet();
        sent++;
      }
      return sent;
    };
  }

  private HttpsConnection connect() throws IOException, GeneralSecurityException {
    return HttpsConnection.open("localhost", server.getPort(), Mounted.AUTHORITY.certificate());
  }

  private X509Certificate served() throws IOException, GeneralSecurityException {
    try (HttpsConnection connection = connect()) {
      return connection.certificate();
    }
  }

  private void awaitServed(X509Certificate certificate) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!served().equals(certificate)) {
      assertThat(System.nanoTime()).as("the new certificate is served").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static void awaitMore(AtomicInteger requests, int more) throws Exception {
    int enough = requests.get() + more;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (requests.get() < enough) {
      assertThat(System.nanoTime()).as("%d requests", enough).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
