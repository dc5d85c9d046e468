package io.meshguard.rules.dns;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import io.meshguard.istio.Injection;
import io.meshguard.istio.Injection.Decision;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.istio.ProxyConfigs;
import io.meshguard.istio.Revisions;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.mesh.Workload;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Report;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.PatchOp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Name resolution through a sidecar of 1.8.0 to 1.9.1, whose answers strict resolvers do not take
 * (istio commits 588537e973e and 18ce31c0847, first in 1.9.2).
 */
public final class SmartDnsWithStrictResolver implements Rule {

  private static final String CAPTURE = "ISTIO_META_DNS_CAPTURE";
  private static final String ALLOCATE = "ISTIO_META_DNS_AUTO_ALLOCATE";
  private static final String RESOLVER = "GRPC_DNS_RESOLVER";
  private static final VersionRange MALFORMED = VersionRange.between("1.8", "1.9.2");
  private static final VersionRange ALLOCATES = VersionRange.from("1.9");

  /** A project that is called alpine, or a word of the image's own name or tag. */
  private static final Pattern MUSL =
      Pattern.compile(
          "(^|/)(alpine|alpinelinux)/"
              + "|(^|[^a-z])(alpine|alpinelinux|musl|muslrust)([^a-z][^/]*)?$");

  /** Names of images end at 255 characters, tags and digests at 128 more. */
  private static final int LONGEST_IMAGE = 512;

  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

  private static final RuleInfo INFO =
      RuleInfo.rule("smart-dns-with-strict-resolver")
          .subjects(PodTemplate.WORKLOADS)
          .reads(Injection.READS)
          .reads(ProxyConfigs.READS)
          .fixes(Safety.UNSAFE)
          .faq(FaqEntry.SMART_DNS)
          .istio(VersionRange.from("1.8"))
          .build();

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Resource subject, Mesh mesh, Report report) {
    Workload.of(subject)
        .filter(workload -> !workload.hasSidecar())
        .ifPresent(workload -> check(workload, mesh, report));
  }

  private static void check(Workload workload, Mesh mesh, Report report) {
    Injection injection = new Injection(mesh);
    Decision decision = injection.decide(workload);
    if (decision.ruledOut()) {
      return;
    }
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    if (ProxyConfigText.of(annotation.text("")).isTooLarge()) {
      report.cutShort();
      return;
    }
    ProxyConfigs configs = new ProxyConfigs(mesh);
    boolean captures =
        configs
            .environment(workload, decision.revision(), CAPTURE)
            .filter(setting -> TRUE.contains(setting.value()))
            .isPresent();
    Applicability malformed = injection.versions(decision).in(MALFORMED);
    boolean old = malformed.isMet();
    if (captures && old) {
      workload.template().containers().forEach(c -> checkContainer(c, malformed, report));
    }
    if (!captures && injection.versions(decision).in(ALLOCATES) != Applicability.NOWHERE) {
      checkAllocation(workload, decision, mesh, report);
    }
  }

  private static void checkContainer(Cursor container, Applicability holds, Report report) {
    Optional<Cursor> resolver = variable(container);
    if (resolver.filter(v -> v.at("value").is("native")).isPresent()) {
      return;
    }
    Optional<Cursor> chosen = resolver.map(v -> v.at("value")).filter(v -> v.is("ares"));
    if (chosen.isPresent()) {
      Cursor value = chosen.get();
      report
          .say(value, "grpc")
          .holds(holds)
          .fix(
              Safety.UNSAFE,
              "fix",
              List.of(
                  new PatchOp.Replace(
                      value.pointer(), JsonNodeFactory.instance.textNode("native"))));
    }
    Cursor image = container.at("image");
    if (isMusl(image.text(""))) {
      Report.Draft draft = report.say(image, "musl", image.text("")).holds(holds);
      List<PatchOp> ops = resolver.isEmpty() ? addResolver(container) : List.of();
      if (!ops.isEmpty()) {
        draft.fix(Safety.UNSAFE, "fix-image", ops);
      }
    }
  }

  private static List<PatchOp> addResolver(Cursor container) {
    ObjectNode variable =
        JsonNodeFactory.instance.objectNode().put("name", RESOLVER).put("value", "native");
    Cursor env = container.at("env");
    if (env.isArray()) {
      return List.of(new PatchOp.Add(env.pointer().appendProperty("-"), variable));
    }
    return env.isPresent()
        ? List.of()
        : List.of(
            new PatchOp.Add(env.pointer(), JsonNodeFactory.instance.arrayNode().add(variable)));
  }

  /**
   * Whether capture is off can be told from the annotation, or from the mesh's configuration. A
   * hosted control plane, which shows webhooks but no configuration, leaves it open.
   */
  private static void checkAllocation(
      Workload workload, Decision decision, Mesh mesh, Report report) {
    Cursor annotation = workload.template().annotation(ProxyConfigText.ANNOTATION);
    Cursor own = ProxyConfigText.of(annotation.text("")).field("proxyMetadata");
    boolean off =
        own.at(CAPTURE).isPresent() || !MeshConfig.all(mesh).isEmpty() || hasNoConfig(mesh);
    if (decision.expected() && off && TRUE.contains(own.at(ALLOCATE).text(""))) {
      report.say(annotation, "allocate").names(ALLOCATE);
    }
  }

  private static boolean hasNoConfig(Mesh mesh) {
    boolean absent =
        mesh.facts().rootNamespaces().stream()
            .allMatch(root -> mesh.list(Kind.CONFIG_MAP, root).complete());
    return absent && Revisions.of(mesh).injectors().isEmpty();
  }

  private static Optional<Cursor> variable(Cursor container) {
    return container.at("env").each().stream()
        .filter(variable -> variable.at("name").is(RESOLVER))
        .findFirst();
  }

  private static boolean isMusl(String image) {
    return image.length() <= LONGEST_IMAGE && MUSL.matcher(image.toLowerCase(Locale.ROOT)).find();
  }
}
