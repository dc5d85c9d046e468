package io.meshguard.rules;

import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rules.access.MissingMeshPermissions;
import io.meshguard.rules.access.PublicClusterAdmin;
import io.meshguard.rules.access.WrongApiGroupInRole;
import io.meshguard.rules.destination.IneffectiveDestinationRule;
import io.meshguard.rules.destination.SubsetWithoutWorkload;
import io.meshguard.rules.dns.SmartDnsWithStrictResolver;
import io.meshguard.rules.fields.UnknownField;
import io.meshguard.rules.fields.UnquotedLabelValue;
import io.meshguard.rules.filter.BrokenEnvoyPatch;
import io.meshguard.rules.filter.EnvoyFilterWithoutWorkload;
import io.meshguard.rules.filter.ForcedHttp1Upstream;
import io.meshguard.rules.filter.UntypedEnvoyExtension;
import io.meshguard.rules.gateway.ConflictingGatewayServers;
import io.meshguard.rules.gateway.GatewayWithoutWorkload;
import io.meshguard.rules.gateway.SharedGatewayCertificate;
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
import io.meshguard.rules.headless.SubsetOnHeadlessService;
import io.meshguard.rules.http10.Http10Client;
import io.meshguard.rules.ingress.GatewayPortNotOnService;
import io.meshguard.rules.ingress.IngressBehindNodePort;
import io.meshguard.rules.injection.ConflictingInjectionLabels;
import io.meshguard.rules.injection.InjectionLabelIgnored;
import io.meshguard.rules.injection.UnknownRevision;
import io.meshguard.rules.locality.ClientWithoutService;
import io.meshguard.rules.locality.ContradictoryLocalitySetting;
import io.meshguard.rules.locality.LocalityWithoutOutlierDetection;
import io.meshguard.rules.node.ContainerCleanupJob;
import io.meshguard.rules.protocol.HttpRulesOnTcpPort;
import io.meshguard.rules.resilience.ConnectionLimitWithoutPendingLimit;
import io.meshguard.rules.resilience.ContradictoryRetries;
import io.meshguard.rules.resilience.ImplicitRetries;
import io.meshguard.rules.resilience.IneffectiveOutlierDetection;
import io.meshguard.rules.resilience.InvalidRetryCondition;
import io.meshguard.rules.resilience.PerTryTimeoutWithoutRetry;
import io.meshguard.rules.routing.ConflictingDelegateMatch;
import io.meshguard.rules.routing.ConflictingMeshHosts;
import io.meshguard.rules.routing.GlobInMatch;
import io.meshguard.rules.routing.HostHiddenBySidecar;
import io.meshguard.rules.routing.HostOutsideGateway;
import io.meshguard.rules.routing.HostOutsideMesh;
import io.meshguard.rules.routing.MatchOutsideGateway;
import io.meshguard.rules.routing.MeshGatewayOmitted;
import io.meshguard.rules.routing.OrphanDelegate;
import io.meshguard.rules.routing.RewriteSlashMismatch;
import io.meshguard.rules.routing.ShadowedWildcardHost;
import io.meshguard.rules.routing.UnknownDestination;
import io.meshguard.rules.routing.UnknownGateway;
import io.meshguard.rules.routing.UnreachableRoute;
import io.meshguard.rules.routing.UnservedRouteKind;
import io.meshguard.rules.startup.AppStartsBeforeProxy;
import io.meshguard.rules.startup.ApplicationAsProxyUser;
import io.meshguard.rules.startup.IneffectiveHold;
import io.meshguard.rules.startup.InvalidProxyConfigAnnotation;
import io.meshguard.rules.startup.JobKeptBySidecar;
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
        new ApplicationAsProxyUser(),
        new BrokenEnvoyPatch(),
        new BrokenTraceHeaders(),
        new ClientWithoutService(),
        new ConflictingDelegateMatch(),
        new ConflictingGatewayServers(),
        new ConflictingInjectionLabels(),
        new ConflictingMeshHosts(),
        new ConnectionLimitWithoutPendingLimit(),
        new ContainerCleanupJob(),
        new ContradictoryLocalitySetting(),
        new ContradictoryRetries(),
        new EnvoyFilterWithoutWorkload(),
        new ForcedHttp1Upstream(),
        new GatewayPortNotOnService(),
        new GatewayWithoutWorkload(),
        new GlobInMatch(),
        new HalfPreservedHeaderCase(),
        new HeaderLimitOutOfRange(),
        new HeadlessOnOldIstio(),
        new HostHiddenBySidecar(),
        new HostOutsideGateway(),
        new HostOutsideMesh(),
        new HttpRulesOnTcpPort(),
        new Http10Client(),
        new ImplicitRetries(),
        new IneffectiveDestinationRule(),
        new IneffectiveHeaderLimit(),
        new IneffectiveHold(),
        new IneffectiveOutlierDetection(),
        new IneffectiveSampling(),
        new IngressBehindNodePort(),
        new InjectionLabelIgnored(),
        new InvalidProxyConfigAnnotation(),
        new InvalidRetryCondition(),
        new JobKeptBySidecar(),
        new LoadBalancerOnHeadlessService(),
        new LocalityWithoutOutlierDetection(),
        new MatchOutsideGateway(),
        new MeshGatewayOmitted(),
        new MissingMeshPermissions(),
        new MtlsToHeadlessWithoutSidecar(),
        new OrphanDelegate(),
        new OutdatedEnvoyName(),
        new PerTryTimeoutWithoutRetry(),
        new PlaceholderListenerName(),
        new PublicClusterAdmin(),
        new RegistryRegistersPodIp(),
        new RewriteSlashMismatch(),
        new ShadowedWildcardHost(),
        new SharedGatewayCertificate(),
        new SmartDnsWithStrictResolver(),
        new StatefulSetService(),
        new SubsetOnHeadlessService(),
        new SubsetWithoutWorkload(),
        new UnknownDestination(),
        new UnknownField(),
        new UnknownGateway(),
        new UnknownProxyConfigKey(),
        new UnknownRevision(),
        new UnknownTelemetryProvider(),
        new UnquotedLabelValue(),
        new UnreachableRoute(),
        new UnservedRouteKind(),
        new UntracedWorkload(),
        new UntypedEnvoyExtension(),
        new WrongApiGroupInRole());
  }

  /** Returns what the program must know of each rule, by id. */
  public static List<RuleInfo> infos() {
    return rules().stream().map(Rule::info).toList();
  }
}
