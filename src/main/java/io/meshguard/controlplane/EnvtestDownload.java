package io.meshguard.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The archives that setup-envtest uses: an index names, for each Kubernetes release and platform,
 * an archive and its SHA-512 (controller-tools, envtest-releases.yaml).
 */
final class EnvtestDownload implements BinarySource {
  static final String INDEX =
      "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml";

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration ARCHIVE = Duration.ofMinutes(15);

  private final URI index;
  private final BinaryCache cache;

  EnvtestDownload(URI index, BinaryCache cache) {
    this.index = index;
    this.cache = cache;
  }

  @Override
  public Lookup look(Progress progress) throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      String text = fetch(client, index, ANSWER, BodyHandlers.ofString());
      Optional<EnvtestArchive> archive =
          EnvtestArchive.newest(text, Versions.KUBERNETES_LINE, Platform.current());
      if (archive.isEmpty()) {
        return new Missing(
            index + " names no " + Versions.KUBERNETES_LINE + " archive for this platform");
      }
      return new Found(download(client, archive.get(), progress));
    } catch (DownloadFailedException e) {
      return new Missing(e.reason());
    }
  }

  private Binaries download(HttpClient client, EnvtestArchive archive, Progress progress)
      throws IOException, InterruptedException {
    progress.say(
        "downloading etcd, kube-apiserver and kubectl "
            + archive.version()
            + " (about 70 MB) from "
            + archive.location().getHost());
    Path entry =
        cache.install(
            archive.version(),
            directory -> {
              Path file = directory.resolve("archive.tar.gz");
              fetch(client, archive.location(), ARCHIVE, BodyHandlers.ofFile(file));
              verify(archive, file);
              unpack(file, directory);
            });
    return Binaries.in(entry);
  }

  private static <T> T fetch(HttpClient client, URI uri, Duration limit, BodyHandler<T> handler)
      throws DownloadFailedException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).build();
    try {
      // The timeout of a request ends with its headers; this one covers the body too.
      HttpResponse<T> response =
          client.sendAsync(request, handler).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new DownloadFailedException(uri + " answered " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new DownloadFailedException(uri + " took longer than " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new DownloadFailedException(uri + " cannot be reached (" + e.getCause() + ")");
    }
  }

  private static void verify(EnvtestArchive archive, Path file) throws IOException {
    MessageDigest digest = sha512();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equalsIgnoreCase(archive.sha512())) {
      throw new DownloadFailedException(
          archive.location()
              + " does not have the checksum that the index names; it was thrown away");
    }
  }

  private static MessageDigest sha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
  }

  private static void unpack(Path archive, Path directory)
      throws IOException, InterruptedException {
    Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
    Command.Result result =
        Command.run(
            new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", unpacked.toString()),
            Duration.ofMinutes(2));
    if (result.exitCode() != 0) {
      throw new DownloadFailedException("tar cannot unpack the archive: " + result.stderr());
    }
    for (String name : Binaries.NAMES) {
      Files.move(named(unpacked, name), directory.resolve(name));
    }
    Trees.delete(unpacked);
    Files.delete(archive);
  }

  private static Path named(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().equals(name) && Files.isExecutable(file))
          .filter(Files::isRegularFile)
          .findFirst()
          .orElseThrow(() -> new DownloadFailedException("the archive holds no " + name));
    }
  }

  /** Why this source has nothing; never leaves this class. */
  private static final class DownloadFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    DownloadFailedException(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }
}
