package io.meshguard.trace;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.istio.MeshConfig;
import io.meshguard.istio.ProxyConfigText;
import io.meshguard.mesh.Mesh;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.PodTemplate;
import io.meshguard.resource.Resource;
import io.meshguard.route.ProxyTables;
import java.util.Optional;

/**
 * Whether a proxy takes HTTP/1.0: istiod is told so for all ({@code PILOT_HTTP10}), or the proxy
 * for itself ({@code ISTIO_META_HTTP10}; istio pilot/pkg/networking/core/listener.go {@code
 * enableHTTP10} @1.30.3).
 */
final class Http10 {

  private static final String OF_ISTIOD = "PILOT_HTTP10";
  private static final String OF_PROXY = "ISTIO_META_HTTP10";

  private Http10() {}

  static boolean isAllowed(ProxyTables tables) {
    return isAllowed(tables.proxy().object(), tables.mesh());
  }

  static boolean isAllowed(Optional<Resource> workload, Mesh mesh) {
    boolean all = new IstiodSettings(mesh).isOn(OF_ISTIOD);
    boolean byMesh =
        MeshConfig.all(mesh).stream()
            .map(config -> config.config().at("defaultConfig", "proxyMetadata", OF_PROXY))
            .anyMatch(Http10::isOn);
    return all || byMesh || workload.filter(Http10::saysSo).isPresent();
  }

  private static boolean saysSo(Resource workload) {
    return PodTemplate.of(workload)
        .filter(
            template ->
                template.annotation(ProxyConfigText.ANNOTATION).text("").contains(OF_PROXY)
                    || template.allContainers().stream()
                        .filter(container -> container.at("name").is("istio-proxy"))
                        .flatMap(container -> container.at("env").each().stream())
                        .anyMatch(env -> env.at("name").is(OF_PROXY) && isOn(env.at("value"))))
        .isPresent();
  }

  private static boolean isOn(Cursor value) {
    return value.node().asText("").equals("1");
  }
}
