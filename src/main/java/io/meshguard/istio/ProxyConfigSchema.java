package io.meshguard.istio;

import io.meshguard.mesh.VersionRange;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which fields a ProxyConfig message has, and in which versions (istio.io/api
 * mesh/v1alpha1/proxy.proto, 1.5 to 1.31), and the names of the fields of MeshConfig around it.
 * Names are in camelCase. Istio ignores a field that it does not know.
 */
public final class ProxyConfigSchema {

  /** The first release of which the fields are not known here. */
  public static final VersionRange NEWER = VersionRange.from("1.32");

  /** Fields of each message that is known whole, by its path; empty for the outermost. */
  private static final Map<String, Map<String, VersionRange>> MESSAGES = messages();

  private static final Set<String> MESH_FIELDS =
      Set.of(
          "accessLogEncoding",
          "accessLogFile",
          "accessLogFormat",
          "caCertificates",
          "configSources",
          "connectTimeout",
          "defaultConfig",
          "defaultDestinationRuleExportTo",
          "defaultHttpRetryPolicy",
          "defaultProviders",
          "defaultServiceExportTo",
          "defaultVirtualServiceExportTo",
          "disableEnvoyListenerLog",
          "discoverySelectors",
          "dnsRefreshRate",
          "enableAutoMtls",
          "enableEnvoyAccessLogService",
          "enablePrometheusMerge",
          "enableTracing",
          "extensionProviders",
          "h2UpgradePolicy",
          "inboundClusterStatName",
          "ingressClass",
          "ingressControllerMode",
          "ingressSelector",
          "ingressService",
          "localityLbSetting",
          "meshMTLS",
          "outboundClusterStatName",
          "outboundTrafficPolicy",
          "pathNormalization",
          "protocolDetectionTimeout",
          "proxyListenPort",
          "rootNamespace",
          "serviceSettings",
          "tcpKeepalive",
          "trustDomain",
          "trustDomainAliases",
          "verifyCertificateAtClient");

  private ProxyConfigSchema() {}

  /**
   * Returns the fields of a message and the versions that have each; empty for a message of which
   * not all are known here.
   */
  public static Optional<Map<String, VersionRange>> fields(String path) {
    return Optional.ofNullable(MESSAGES.get(path));
  }

  /** Returns the one message that has a field of a name; empty where none or several have. */
  public static Optional<String> owner(String field) {
    Set<String> owners = new TreeSet<>();
    MESSAGES.forEach(
        (path, fields) -> {
          if (fields.containsKey(field)) {
            owners.add(path);
          }
        });
    return owners.contains("")
        ? Optional.of("")
        : owners.size() == 1 ? owners.stream().findFirst() : Optional.empty();
  }

  /** Returns whether MeshConfig has a field that ProxyConfig does not have. */
  public static boolean isOfMesh(String field) {
    return MESH_FIELDS.contains(field);
  }

  private static Map<String, Map<String, VersionRange>> messages() {
    Map<String, Map<String, VersionRange>> all = new HashMap<>();
    put(
        all,
        "",
        "configPath binaryPath serviceCluster drainDuration discoveryAddress zipkinAddress"
            + " statsdUdpAddress proxyAdminPort availabilityZone controlPlaneAuthPolicy"
            + " customConfigFile statNameLength concurrency proxyBootstrapTemplatePath"
            + " interceptionMode tracing sds envoyAccessLogService envoyMetricsService"
            + " envoyMetricsServiceAddress proxyMetadata discoveryRefreshDelay"
            + " 1.6 extraStatTags gatewayTopology statusPort 1.7 meshId terminationDrainDuration"
            + " 1.8 holdApplicationUntilProxyStarts proxyStatsMatcher readinessProbe"
            + " 1.10 caCertificatesPem 1.13 image tracingServiceName"
            + " 1.14 runtimeValues privateKeyProvider 1.19 proxyHeaders"
            + " 1.29 statsCompression fileFlushInterval fileFlushMinSizeKb"
            + " 1.31 connectionSettings <1.17 parentShutdownDuration");
    put(
        all,
        "tracing",
        "zipkin lightstep datadog stackdriver 1.6 sampling customTags maxPathTagLength tlsSettings"
            + " 1.8 openCensusAgent 1.25 enableIstioTags");
    put(all, "tracing.zipkin", "address");
    put(all, "tracing.datadog", "address");
    put(
        all,
        "proxyHeaders",
        "forwardedClientCert requestId server attemptCount envoyDebugHeaders"
            + " 1.20 metadataExchangeHeaders 1.24 setCurrentClientCertDetails"
            + " 1.25 preserveHttp1HeaderCase 1.28 xForwardedHost xForwardedPort");
    put(all, "proxyHeaders.requestId", "disabled");
    put(all, "proxyHeaders.server", "disabled value");
    put(all, "proxyHeaders.attemptCount", "disabled");
    put(all, "proxyHeaders.envoyDebugHeaders", "disabled");
    put(all, "gatewayTopology", "numTrustedProxies forwardClientCertDetails 1.19 proxyProtocol");
    put(all, "proxyStatsMatcher", "inclusionPrefixes inclusionSuffixes inclusionRegexps");
    return all;
  }

  /**
   * Adds a message: names of fields, and before some of them the version that brought or took them.
   */
  private static void put(Map<String, Map<String, VersionRange>> all, String path, String fields) {
    Map<String, VersionRange> versions = new LinkedHashMap<>();
    VersionRange since = VersionRange.ALL;
    for (String word : fields.split(" ")) {
      if (word.startsWith("1.")) {
        since = VersionRange.from(word);
      } else if (word.startsWith("<")) {
        since = VersionRange.before(word.substring(1));
      } else {
        versions.put(word, since);
      }
    }
    all.put(path, versions);
  }
}
