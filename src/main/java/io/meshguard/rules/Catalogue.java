package io.meshguard.rules;

import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.access.MissingMeshPermissions;
import io.meshguard.rules.access.PublicClusterAdmin;
import io.meshguard.rules.dns.SmartDnsWithStrictResolver;
import io.meshguard.rules.fields.UnknownField;
import io.meshguard.rules.filter.BrokenEnvoyPatch;
import io.meshguard.rules.filter.EnvoyFilterWithoutWorkload;
import io.meshguard.rules.filter.ForcedHttp1Upstream;
import io.meshguard.rules.filter.UntypedEnvoyExtension;
import io.meshguard.rules.headers.HalfPreservedHeaderCase;
import io.meshguard.rules.headers.HeaderLimitOutOfRange;
import io.meshguard.rules.headers.IneffectiveHeaderLimit;
import io.meshguard.rules.headers.OutdatedEnvoyName;
import io.meshguard.rules.headers.PlaceholderListenerName;
import io.meshguard.rules.headless.HeadlessOnOldIstio;
import io.meshguard.rules.headless.LoadBalancerOnHeadlessService;
import io.meshguard.rules.headless.MtlsToHeadlessWithoutSidecar;
import io.meshguard.rules.headless.RegistryRegistersPodIp;
import io.meshguard.rules.headless.StatefulSetService;
import io.meshguard.rules.http10.Http10Client;
import io.meshguard.rules.ingress.GatewayPortNotOnService;
import io.meshguard.rules.ingress.IngressBehindNodePort;
import io.meshguard.rules.injection.ConflictingInjectionLabels;
import io.meshguard.rules.injection.InjectionLabelIgnored;
import io.meshguard.rules.injection.UnknownRevision;
import io.meshguard.rules.locality.ClientWithoutService;
import io.meshguard.rules.locality.LocalityWithoutOutlierDetection;
import io.meshguard.rules.node.ContainerCleanupJob;
import io.meshguard.rules.protocol.HttpRulesOnTcpPort;
import io.meshguard.rules.resilience.ConnectionLimitWithoutPendingLimit;
import io.meshguard.rules.resilience.ContradictoryRetries;
import io.meshguard.rules.resilience.ImplicitRetries;
import io.meshguard.rules.routing.ConflictingDelegateMatch;
import io.meshguard.rules.routing.ConflictingMeshHosts;
import io.meshguard.rules.routing.HostOutsideGateway;
import io.meshguard.rules.routing.HostOutsideMesh;
import io.meshguard.rules.routing.MeshGatewayOmitted;
import io.meshguard.rules.routing.OrphanDelegate;
import io.meshguard.rules.routing.ShadowedWildcardHost;
import io.meshguard.rules.routing.UnknownDestination;
import io.meshguard.rules.routing.UnknownGateway;
import io.meshguard.rules.routing.UnreachableRoute;
import io.meshguard.rules.routing.UnservedRouteKind;
import io.meshguard.rules.startup.AppStartsBeforeProxy;
import io.meshguard.rules.startup.IneffectiveHold;
import io.meshguard.rules.startup.InvalidProxyConfigAnnotation;
import io.meshguard.rules.startup.UnknownProxyConfigKey;
import io.meshguard.rules.tracing.BrokenTraceHeaders;
import io.meshguard.rules.tracing.IneffectiveSampling;
import io.meshguard.rules.tracing.UnknownTelemetryProvider;
import io.meshguard.rules.tracing.UntracedWorkload;
import java.util.List;

/** All rules, in the order in which their fixes are applied: by id. */
public final class Catalogue {

  private Catalogue() {}

  /** Returns the rules, by id. */
  public static List<Rule> rules() {
    return List.of(
        new AppStartsBeforeProxy(),
        new BrokenEnvoyPatch(),
        new BrokenTraceHeaders(),
        new ClientWithoutService(),
        new ConflictingDelegateMatch(),
        new ConflictingInjectionLabels(),
        new ConflictingMeshHosts(),
        new ConnectionLimitWithoutPendingLimit(),
        new ContainerCleanupJob(),
        new ContradictoryRetries(),
        new EnvoyFilterWithoutWorkload(),
        new ForcedHttp1Upstream(),
        new GatewayPortNotOnService(),
        new HalfPreservedHeaderCase(),
        new HeaderLimitOutOfRange(),
        new HeadlessOnOldIstio(),
        new HostOutsideGateway(),
        new HostOutsideMesh(),
        new HttpRulesOnTcpPort(),
        new Http10Client(),
        new ImplicitRetries(),
        new IneffectiveHeaderLimit(),
        new IneffectiveHold(),
        new IneffectiveSampling(),
        new IngressBehindNodePort(),
        new InjectionLabelIgnored(),
        new InvalidProxyConfigAnnotation(),
        new LoadBalancerOnHeadlessService(),
        new LocalityWithoutOutlierDetection(),
        new MeshGatewayOmitted(),
        new MissingMeshPermissions(),
        new MtlsToHeadlessWithoutSidecar(),
        new OrphanDelegate(),
        new OutdatedEnvoyName(),
        new PlaceholderListenerName(),
        new PublicClusterAdmin(),
        new RegistryRegistersPodIp(),
        new ShadowedWildcardHost(),
        new SmartDnsWithStrictResolver(),
        new StatefulSetService(),
        new UnknownDestination(),
        new UnknownField(),
        new UnknownGateway(),
        new UnknownProxyConfigKey(),
        new UnknownRevision(),
        new UnknownTelemetryProvider(),
        new UnreachableRoute(),
        new UnservedRouteKind(),
        new UntracedWorkload(),
        new UntypedEnvoyExtension());
  }

  /** Returns what the program must know of each rule, by id. */
  public static List<RuleInfo> infos() {
    return rules().stream().map(Rule::info).toList();
  }
}
