package io.meshguard.cli;

import io.meshguard.rule.Rule;
import io.meshguard.trace.Call;
import io.meshguard.trace.CallException;
import io.meshguard.trace.CallReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what becomes of a request. */
@Command(
    name = "trace",
    description = {
      "Says what becomes of a request: which route takes it and why not the others, where it goes,"
          + " or why it fails.",
      "Reads files, an export of a mesh, or a cluster; sends nothing."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  meshguard trace GET http://shop.example.com/catalog/1 --at gateway:istio-system/public k8s/",
      "  meshguard trace http://catalog/health --from shop/web -H 'x-env: canary' k8s/",
      "  meshguard trace http://catalog/health --from shop/web --context prod",
      "  meshguard trace tcp://10.0.0.7:6379 --from shop/web --mesh mesh.yaml",
      "  kubectl logs deploy/web -c istio-proxy | meshguard trace --access-log - --from shop/web k8s/",
      "",
      "Exit codes: 0 forwarded, redirected or answered, for certain; 1 an error such as 404 or 503,"
          + " or a log line that the objects do not explain; 2 wrong usage, or something cannot be"
          + " read; 3 not certain; 70 internal error."
    })
final class TraceCommand implements Callable<Integer> {

  private final Console console;
  private final List<Rule> rules;

  @Parameters(
      paramLabel = "[METHOD] URL | PATH",
      arity = "0..*",
      description =
          "The request: http://, https://, tcp:// or tls://, with a method in front or GET; then"
              + " files and folders of the objects.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "GATEWAY",
      description =
          "The gateway where it enters: gateway:NAMESPACE/NAME of a Gateway or its workload, or"
              + " NAMESPACE/LABEL=VALUE. Repeatable.")
  private List<String> gateways = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "WORKLOAD",
      description =
          "The workload that sends it: NAMESPACE/NAME, NAMESPACE/LABEL=VALUE,…, or a namespace."
              + " Repeatable. Without --at and --from: every entry that takes the request.")
  private List<String> clients = new ArrayList<>();

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME: VALUE",
      description = "A header of the request. Repeatable. Host sets the authority.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--http",
      paramLabel = "VERSION",
      description = "Version of HTTP: 1.0, 1.1 (the default) or 2.")
  private @Nullable String http;

  @Option(
      names = "--sni",
      paramLabel = "NAME",
      description = "Server name of TLS. Default: the host of the URL.")
  private @Nullable String serverName;

  @Option(
      names = "--access-log",
      paramLabel = "LINE",
      description =
          "A line of Envoy's access log in place of a request, text or JSON; - reads lines from"
              + " standard input. Says whether the objects explain it.")
  private @Nullable String accessLog;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text, json or mermaid. Default: text.")
  private TraceFormat format = TraceFormat.TEXT;

  @Mixin private WorldOptions options = new WorldOptions();

  TraceCommand(Console console, List<Rule> rules) {
    this.console = console;
    this.rules = rules;
  }

  @Override
  public Integer call() {
    if (accessLog != null) {
      List<String> lines = AccessLogInput.lines(accessLog, console);
      World world = World.read(options, words, rules, console);
      return output(world).logged(lines, new EntryChoice(world.mesh(), gateways, clients));
    }
    int url = url();
    Call call = read(words.subList(0, url + 1));
    World world = World.read(options, words.subList(url + 1, words.size()), rules, console);
    EntryChoice choice = new EntryChoice(world.mesh(), gateways, clients);
    TraceOutput output = output(world);
    return output.traced(call, choice);
  }

  private TraceOutput output(World world) {
    world.tell(console);
    return new TraceOutput(world, rules, format, console);
  }

  /** Returns where the URL stands among the words. */
  private int url() {
    for (int i = 0; i < Math.min(2, words.size()); i++) {
      if (words.get(i).contains("://")) {
        return i;
      }
    }
    if (words.isEmpty()) {
      throw new UnusableException("trace.none");
    }
    boolean method = words.get(0).equals(words.get(0).toUpperCase(Locale.ROOT)) && words.size() > 1;
    return method ? 1 : 0;
  }

  private Call read(List<String> request) {
    try {
      return CallReader.read(
          request, headers, Optional.ofNullable(http), Optional.ofNullable(serverName));
    } catch (CallException e) {
      throw new UnusableException("trace.call." + e.reason(), String.join(" ", e.words()));
    }
  }
}
