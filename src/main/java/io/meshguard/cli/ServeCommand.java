package io.meshguard.cli;

import io.meshguard.http.ConnectionGuards;
import io.meshguard.rule.ForeignText;
import io.quarkus.runtime.Quarkus;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the webhook server; the only command that starts a framework. */
@Command(
    name = "serve",
    description = {
      "Serves the admission webhook over HTTPS, health and metrics over HTTP.",
      "In a Pod it works for the Pod's cluster; elsewhere give a kubeconfig. With no cluster at"
          + " all it still serves, with an empty mesh and the default policy."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard serve",
      "  meshguard serve --kubeconfig ~/.kube/dev --register-url https://127.0.0.1:8443",
      "",
      "Every option is also an environment variable or a property of Quarkus: see docs/webhook.md."
    })
final class ServeCommand implements Callable<Integer> {

  /**
   * Has the JDK refuse that a client begins a TLS 1.2 handshake anew, which costs the server ten
   * times what it costs the client (JSSE Reference Guide, sun.security.ssl.SSLConfiguration).
   */
  private static final String REJECT_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Works for the cluster of this file's current context.")
  private @Nullable Path kubeconfig;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Meshguard's own namespace, where its policy is (default: meshguard).")
  private @Nullable String namespace;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the webhook (default: 8443).")
  private @Nullable Integer port;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description = "Port of health and metrics (default: 9000).")
  private @Nullable Integer managementPort;

  @Option(
      names = "--register-url",
      paramLabel = "URL",
      description = {
        "Writes webhook configurations to the cluster that make its API server call this address;",
        "for trying out and for tests. They are left there when the server ends."
      })
  private @Nullable URI registerUrl;

  @Override
  public Integer call() {
    settings().forEach(System::setProperty);
    System.setProperty(ConnectionGuards.SWITCH.getKey(), ConnectionGuards.SWITCH.getValue());
    System.setProperty(REJECT_RENEGOTIATION, "true");
    AtomicInteger exitCode = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Quarkus.run(
        null,
        (code, cause) -> {
          exitCode.set(code);
          failure.set(cause);
        });
    Throwable cause = failure.get();
    if (cause != null) {
      throw new UnusableException("serve.failed", ForeignText.of(reason(cause)));
    }
    return exitCode.get();
  }

  /** Returns what went wrong first; the frameworks around it only repeat that something did. */
  private static String reason(Throwable cause) {
    Throwable first = cause;
    for (Throwable next = cause; next != null; next = next.getCause()) {
      first = next;
    }
    return first.getMessage() == null ? first.toString() : first.getMessage();
  }

  /** Returns what the options say, as the properties that the server reads. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    if (kubeconfig != null) {
      if (!Files.isReadable(kubeconfig)) {
        throw new UnusableException("serve.kubeconfig", kubeconfig.toString());
      }
      settings.put("meshguard.cluster.kubeconfig", kubeconfig.toAbsolutePath().toString());
    }
    if (namespace != null) {
      settings.put("meshguard.cluster.namespace", namespace);
    }
    if (port != null) {
      settings.put("quarkus.http.ssl-port", port.toString());
    }
    if (managementPort != null) {
      settings.put("quarkus.management.port", managementPort.toString());
    }
    if (registerUrl != null) {
      settings.put("meshguard.cluster.register-url", registered(registerUrl));
    }
    if (System.getenv("QUARKUS_LOG_CONSOLE_JSON_ENABLED") == null) {
      boolean forPeople = System.getenv("KUBERNETES_SERVICE_HOST") == null;
      settings.put("quarkus.log.console.json.enabled", Boolean.toString(!forPeople));
    }
    return settings;
  }

  private String registered(URI url) {
    boolean address = "https".equals(url.getScheme()) && url.getHost() != null;
    if (!address || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw new UnusableException("serve.url", url.toString());
    }
    if (kubeconfig == null) {
      throw new UnusableException("serve.cluster");
    }
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
