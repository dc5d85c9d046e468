package io.meshguard.rules.tracing;

import io.meshguard.istio.Discovery;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.mesh.LabelSelector;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sampling rate that something else decides: a provider with a sampler comes before a Telemetry,
 * and a Telemetry before the configuration of proxies (istio pilot/pkg/networking/core/tracing.go
 * {@code configureTracingFromTelemetry} @1.31).
 */
public final class IneffectiveSampling implements Rule {

  private static final RuleInfo INFO =
      RuleInfo.rule("ineffective-sampling")
          .subjects(Workload.KINDS)
          .subjects(Kind.TELEMETRY, Kind.CONFIG_MAP)
          .reads(Discovery.CONFIG_READS)
          .reads(Kind.TELEMETRY)
          .faq(FaqEntry.TRACING)
          .istio(VersionRange.from("1.12"))
          .build();

  /** Before, a rate of 0 in a Telemetry counted as none. */
  private static final VersionRange ZERO_COUNTS = VersionRange.from("1.20");

  /** A rate and the Telemetry that sets it. */
  private record Rate(BigDecimal percent, Resource telemetry) {}

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Applicability holds = mesh.facts().istio().in(INFO.istio());
    if (holds == Applicability.NOWHERE) {
      return;
    }
    if (subject.kind().equals(Kind.TELEMETRY)) {
      checkSampler(subject, mesh, holds, report);
    } else if (subject.kind().equals(Kind.CONFIG_MAP)) {
      if (MeshConfig.isCarrier(subject, mesh)) {
        checkMesh(subject, mesh, holds, report);
      }
    } else {
      Workload.of(subject).ifPresent(workload -> checkWorkload(workload, mesh, holds, report));
    }
  }

  private static void checkSampler(
      Resource telemetry, Mesh mesh, Applicability holds, Report report) {
    if (!Discovery.allConfigsSeen(mesh)) {
      return;
    }
    Providers providers = Providers.of(MeshConfig.all(mesh));
    for (Cursor entry : telemetry.at("spec", "tracing").each()) {
      Cursor rate = entry.at("randomSamplingPercentage");
      String provider = entry.at("providers").at(0).at("name").text("");
      if (rate.isPresent() && providers.samples(provider)) {
        report.say(rate, "sampler", provider).holds(holds);
      }
    }
  }

  private static void checkMesh(Resource map, Mesh mesh, Applicability holds, Report report) {
    for (MeshConfig config : MeshConfig.of(map)) {
      Optional<BigDecimal> own = sampling(config.config().at("defaultConfig"));
      Optional<Rate> rate = rate(List.of(), mesh);
      if (own.isPresent() && rate.isPresent()) {
        say(map.at("data", "mesh"), own.get(), rate.get(), map, holds, report);
      }
    }
  }

  private static void checkWorkload(
      Workload workload, Mesh mesh, Applicability holds, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    if (!annotation.text("").contains("sampling")) {
      return;
    }
    ProxyConfigText text = ProxyConfigText.of(annotation.text(""));
    if (text.isTooLarge()) {
      report.cutShort();
      return;
    }
    Optional<BigDecimal> own = sampling(text.config());
    Optional<Rate> rate = own.isEmpty() ? Optional.empty() : rate(List.of(workload), mesh);
    if (own.isPresent() && rate.isPresent()) {
      say(annotation, own.get(), rate.get(), workload.object(), holds, report);
    }
  }

  private static void say(
      Cursor at, BigDecimal own, Rate rate, Resource subject, Applicability holds, Report report) {
    if (own.compareTo(rate.percent()) == 0) {
      return;
    }
    Resource telemetry = rate.telemetry();
    boolean near = telemetry.namespace().equals(subject.namespace());
    report
        .say(
            at,
            "dead",
            own.stripTrailingZeros().toPlainString(),
            rate.percent().stripTrailingZeros().toPlainString(),
            near ? telemetry.name() : "",
            near ? 1 : 0)
        .names(telemetry.namespace() + "/" + telemetry.name())
        .holds(holds);
  }

  private static Optional<BigDecimal> sampling(Cursor proxyConfig) {
    return number(ProxyConfigText.field(proxyConfig, "tracing").at("sampling"));
  }

  /** A number from 0 to 100, which JSON for protocol buffers may have in quotes. */
  private static Optional<BigDecimal> number(Cursor at) {
    String text = at.node().isNumber() || at.node().isTextual() ? at.node().asText() : "";
    if (text.isEmpty() || text.length() > 20) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text);
      boolean percent = number.signum() >= 0 && number.compareTo(BigDecimal.valueOf(100)) <= 0;
      return percent ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the rate that Telemetry sets: that of the root namespace, then of the namespace, then
   * with a selector; empty where none does, or where it is not known which.
   *
   * @param workload the workload; none for the rate of the whole mesh
   */
  private static Optional<Rate> rate(List<Workload> workload, Mesh mesh) {
    List<Resource> levels = new ArrayList<>();
    for (String root : mesh.facts().rootNamespaces()) {
      if (!add(mesh.list(Kind.TELEMETRY, root).items(), Optional.empty(), levels)) {
        return Optional.empty();
      }
    }
    for (Workload each : workload) {
      List<Resource> own = mesh.list(Kind.TELEMETRY, each.namespace()).items();
      boolean elsewhere = !mesh.facts().rootNamespaces().contains(each.namespace());
      if ((elsewhere && !add(own, Optional.empty(), levels))
          || !add(own, Optional.of(each.labels()), levels)) {
        return Optional.empty();
      }
    }
    Optional<Rate> rate = Optional.empty();
    for (Resource level : levels) {
      for (Cursor entry : level.at("spec", "tracing").each()) {
        Optional<BigDecimal> percent = number(entry.at("randomSamplingPercentage"));
        if (percent.isPresent()) {
          if (entry.at("match").isNonEmpty()) {
            return Optional.empty();
          }
          rate = Optional.of(new Rate(percent.get(), level));
        }
      }
    }
    boolean zero = rate.filter(each -> each.percent().signum() == 0).isPresent();
    return zero && mesh.facts().istio().in(ZERO_COUNTS) != Applicability.EVERYWHERE
        ? Optional.empty()
        : rate;
  }

  /** Adds the Telemetry for all of a namespace, or for some labels; false where there are more. */
  private static boolean add(
      List<Resource> telemetry, Optional<Map<String, String>> labels, List<Resource> levels) {
    int count = 0;
    for (Resource each : telemetry) {
      Cursor selector = each.at("spec", "selector");
      boolean selects = selector.at("matchLabels").isNonEmpty();
      boolean fits =
          labels.isPresent()
              ? selects && new LabelSelector(selector).matches(labels.get())
              : !selects;
      if (fits
          && !each.at("spec", "targetRefs").isNonEmpty()
          && each.at("spec", "tracing").isNonEmpty()) {
        levels.add(each);
        count++;
      }
    }
    return count <= 1;
  }
}
