package io.meshguard.rules.http10;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.istio.Injection;
import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.WorkBudget;
import io.meshguard.mesh.Workload;
import io.meshguard.process.CommandLine;
import io.meshguard.process.Commands;
import io.meshguard.process.NginxProxies;
import io.meshguard.process.NginxProxies.Proxy;
import io.meshguard.process.NginxUse;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.rule.Symptom;
import io.meshguard.yaml.PatchOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A client in the mesh that speaks HTTP/1.0, which the proxy of the workload that it calls answers
 * with 426, and settings that should allow HTTP/1.0 and do not (istio
 * pilot/pkg/networking/core/listener.go {@code enableHTTP10} @1.30.3).
 */
public final class Http10Client implements Rule {

  private static final String OLD = "1.0";
  private static final String LOAD_TEST = "ab";
  private static final Set<String> BOOLEANS =
      Set.of("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False");
  private static final Set<String> OFF = Set.of("", "0", "f", "false", "off", "no", "n");

  /** For the nginx configuration of a ConfigMap, and of those around it. */
  private static final long MOST_STEPS = 4_000_000;

  /** Servers that one configuration may name and that are looked up. */
  private static final int MOST_SERVERS = 200;

  private static final RuleInfo INFO =
      RuleInfo.rule("http10-client")
          .subjects(Kind.CONFIG_MAP, Kind.PROXY_CONFIG)
          .subjects(PodTemplate.WORKLOADS)
          .reads(Injection.READS)
          .reads(ProxyConfigs.READS)
          .reads(NginxUse.reads())
          .reads(Http10Support.READS)
          .fixes(Safety.SAFE, Safety.MANUAL)
          .faq(FaqEntry.UPGRADE_REQUIRED)
          .symptoms(Symptom.LOW_VERSION, Symptom.fromServer(426))
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    if (subject.kind().equals(Kind.CONFIG_MAP)) {
      checkMeshConfig(subject, mesh, report);
      checkNginx(subject, new Http10Support(mesh), mesh, report);
    } else if (subject.kind().equals(Kind.PROXY_CONFIG)) {
      checkProxyConfig(subject, report);
    } else {
      checkIstiod(subject, mesh, report);
      Workload.of(subject).ifPresent(workload -> checkWorkload(workload, mesh, report));
    }
  }

  private static void checkNginx(Resource map, Http10Support support, Mesh mesh, Report report) {
    if (!NginxProxies.mayBeIn(map)) {
      return;
    }
    WorkBudget budget = new WorkBudget(MOST_STEPS);
    NginxProxies nginx = new NginxProxies(map, budget);
    List<Proxy> proxies =
        nginx.proxies().stream()
            .filter(proxy -> proxy.scope().knowsVersion())
            .filter(proxy -> proxy.scope().version().map(OLD::equals).orElse(true))
            .toList();
    if (budget.isOver()) {
      report.cutShort();
    } else if (!proxies.isEmpty() && !support.everywhere()) {
      Optional<NginxMain> main =
          nginx.areParts() ? Optional.of(new NginxMain(map, mesh, budget)) : Optional.empty();
      reportNginx(proxies, new NginxConcern(map, main, support, mesh), support, report);
      if (budget.isOver()) {
        report.cutShort();
      }
    }
  }

  private static void reportNginx(
      List<Proxy> proxies, NginxConcern concern, Http10Support support, Report report) {
    if (concern.isCutShort()) {
      report.cutShort();
    }
    Set<String> reported = new HashSet<>();
    for (Proxy proxy : proxies) {
      boolean old = proxy.scope().version().isPresent();
      String place = proxy.file().pointer() + " " + old;
      if (reported.contains(place)) {
        continue;
      }
      if (support.lookups() > MOST_SERVERS) {
        report.cutShort();
        return;
      }
      if (concern.of(proxy)) {
        reported.add(place);
        report
            .say(proxy.file(), old ? "nginx-explicit" : "nginx", proxy.shownTarget())
            .names(old ? "explicit" : "default")
            .advice("set-version");
      }
    }
  }

  private static void checkMeshConfig(Resource map, Mesh mesh, Report report) {
    Cursor text = map.at("data", "mesh");
    if (!MeshConfig.isCarrier(map, mesh) || text.text().isEmpty()) {
      return;
    }
    ProxyConfigText config = ProxyConfigText.of(text.text(""));
    if (config.isTooLarge()) {
      report.cutShort();
    }
    Cursor metadata = ProxyConfigText.field(config.config().at("defaultConfig"), "proxyMetadata");
    checkFlag(text, config, metadata, report);
    checkIstiodVariable(text, metadata, report);
  }

  private static void checkWorkload(Workload workload, Mesh mesh, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    ProxyConfigText config = ProxyConfigText.of(annotation.text(""));
    Cursor metadata = config.field("proxyMetadata");
    checkFlag(annotation, config, metadata, report);
    checkIstiodVariable(annotation, metadata, report);
    checkVariables(workload, report);
    if (config.isTooLarge()) {
      report.cutShort();
    }
    checkLoadTests(workload, mesh, report);
  }

  private static void checkLoadTests(Workload workload, Mesh mesh, Report report) {
    Commands commands = new Commands(workload, mesh);
    List<LoadTest> tests = new ArrayList<>();
    for (Cursor container : workload.template().allContainers()) {
      imageTest(container).ifPresent(tests::add);
      commands
          .of(container)
          .ifPresentOrElse(
              lines -> lines.stream().flatMap(Http10Client::test).findFirst().ifPresent(tests::add),
              report::cutShort);
    }
    Http10Support support = new Http10Support(mesh);
    if (!tests.isEmpty() && support.mayConcern(workload)) {
      tests.stream()
          .filter(test -> support.mayBeRefused(test.server(), workload.namespace()))
          .forEach(test -> report.say(test.at(), "ab").advice("use-other-tool"));
    }
  }

  /** The variables of the containers: the proxy's own counts, that of any other does nothing. */
  private static void checkVariables(Workload workload, Report report) {
    for (Cursor container : workload.template().allContainers()) {
      boolean proxy = container.at("name").is(Http10Support.PROXY);
      for (Cursor variable : container.at("env").each()) {
        Cursor value = variable.at("value");
        if (!isOff(value) && variable.at("name").is(Http10Support.VARIABLE)) {
          if (proxy && isMistaken(value)) {
            sayFlag(value, value, Optional.of("1"), report);
          } else if (!proxy && isApplication(container)) {
            report.say(variable, "elsewhere").advice("set-proxy");
          }
        } else if (proxy
            && !isOff(value)
            && variable.at("name").is(Http10Support.ISTIOD_VARIABLE)) {
          report.say(variable, "istiod-only").advice("set-proxy");
        }
      }
    }
  }

  /** A proxy may run in a container of any name. */
  private static boolean isApplication(Cursor container) {
    String image = container.at("image").text("");
    return !image.isEmpty() && !image.equals("auto") && !image.contains("proxy");
  }

  private static void checkIstiodVariable(Cursor at, Cursor settings, Report report) {
    Cursor variable = settings.at(Http10Support.ISTIOD_VARIABLE);
    if (!isOff(variable)) {
      report.say(at, "istiod-only").names(Http10Support.ISTIOD_VARIABLE).advice("set-proxy");
    }
  }

  private static void checkProxyConfig(Resource subject, Report report) {
    Cursor flag = subject.at("spec", "environmentVariables", Http10Support.VARIABLE);
    if (isMistaken(flag)) {
      sayFlag(flag, flag, Optional.of("1"), report);
    }
    Cursor variables = subject.at("spec", "environmentVariables");
    checkIstiodVariable(variables.at(Http10Support.ISTIOD_VARIABLE), variables, report);
  }

  private static void checkFlag(Cursor at, ProxyConfigText config, Cursor metadata, Report report) {
    Cursor flag = metadata.at(Http10Support.VARIABLE);
    if (isMistaken(flag)) {
      JsonNode on = JsonNodeFactory.instance.textNode("1");
      sayFlag(at, flag, config.with(Map.of(flag.pointer(), on)), report);
    }
  }

  /** Only exactly 1 switches HTTP/1.0 on; what means off is taken at its word. */
  private static boolean isMistaken(Cursor flag) {
    return !flag.text("1").equals("1") && !isOff(flag);
  }

  private static boolean isOff(Cursor flag) {
    return OFF.contains(flag.text("").toLowerCase(Locale.ROOT));
  }

  private static void sayFlag(Cursor at, Cursor flag, Optional<String> repaired, Report report) {
    Report.Draft draft = report.say(at, "flag", flag.text("")).names(Http10Support.VARIABLE);
    repaired.ifPresent(
        text -> {
          JsonNode node = JsonNodeFactory.instance.textNode(text);
          draft.fix(Safety.SAFE, "fix", List.of(new PatchOp.Replace(at.pointer(), node)));
        });
  }

  private static void checkIstiod(Resource subject, Mesh mesh, Report report) {
    boolean istiod =
        subject.kind().equals(Kind.DEPLOYMENT)
            && mesh.facts().rootNamespaces().contains(subject.namespace())
            && IstiodSettings.isIstiod(subject);
    if (!istiod) {
      return;
    }
    for (Cursor container : subject.at("spec", "template", "spec", "containers").each()) {
      for (Cursor variable : container.at("env").each()) {
        Cursor value = variable.at("value");
        boolean odd = value.text().filter(text -> !BOOLEANS.contains(text)).isPresent();
        if (variable.at("name").is(Http10Support.ISTIOD_VARIABLE) && odd) {
          report.say(value, "istiod", value.text("")).advice("set-istiod");
        }
      }
    }
  }

  /** The image of the tool alone: its arguments are those of the tool. */
  private static Optional<LoadTest> imageTest(Cursor container) {
    boolean tool =
        NginxUse.name(container.at("image").text("")).equals(LOAD_TEST)
            && !container.at("command").isNonEmpty();
    List<String> words = container.at("args").each().stream().map(word -> word.text("")).toList();
    return tool
        ? server(words.stream()).map(server -> new LoadTest(container.at("args"), server))
        : Optional.empty();
  }

  private static Stream<LoadTest> test(CommandLine line) {
    return line.program().equals(LOAD_TEST)
        ? server(line.operands().stream()).map(server -> new LoadTest(line.at(), server)).stream()
        : Stream.empty();
  }

  private static Optional<String> server(Stream<String> words) {
    return words
        .filter(word -> word.startsWith(NginxProxies.HTTP))
        .map(NginxProxies::hostOf)
        .filter(host -> !NginxProxies.isLoopback(host))
        .findFirst();
  }

  /**
   * A load test by HTTP/1.0.
   *
   * @param at where it stands
   * @param server whom it calls
   */
  private record LoadTest(Cursor at, String server) {}
}
