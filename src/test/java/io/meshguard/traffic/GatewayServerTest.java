package io.meshguard.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.resource.Cursor;
import io.meshguard.traffic.GatewayServer.Mode;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GatewayServerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{port: {protocol: HTTP}}; HTTP; http",
        "{port: {protocol: http2}}; HTTP; http",
        "{port: {protocol: GRPC-WEB}}; HTTP; http",
        "{port: {protocol: HTTP}, tls: {httpsRedirect: true}}; REDIRECT; http",
        "{port: {protocol: HTTP}, tls: {httpsRedirect: false}}; HTTP; http",
        "{port: {protocol: HTTPS}, tls: {mode: SIMPLE}}; HTTPS; http",
        "{port: {protocol: HTTPS}, tls: {mode: OPTIONAL_MUTUAL}}; HTTPS; http",
        "{port: {protocol: HTTPS}, tls: {mode: PASSTHROUGH}}; PASSTHROUGH; tls",
        "{port: {protocol: HTTPS}, tls: {credentialName: c}}; PASSTHROUGH; tls",
        "{port: {protocol: TLS}, tls: {}}; PASSTHROUGH; tls",
        "{port: {protocol: TLS}, tls: {mode: AUTO_PASSTHROUGH}}; AUTO_PASSTHROUGH; ''",
        "{port: {protocol: TLS}, tls: {mode: ISTIO_MUTUAL}}; TLS; tcp",
        "{port: {protocol: mongo}}; TCP; tcp",
        "{port: {protocol: HTTPS}}; UNKNOWN; http tls tcp",
        "{port: {protocol: TLS}, tls: {mode: other}}; UNKNOWN; http tls tcp",
        "{port: {protocol: UDP}}; UNKNOWN; http tls tcp",
        "{}; UNKNOWN; http tls tcp",
      })
  void aServerReadsOneListOfRoutes(String server, Mode mode, String lists) {
    Cursor at =
        Manifests.object("apiVersion: v1\nkind: X\nmetadata: {name: x}\nspec: " + server)
            .at("spec");

    assertThat(GatewayServer.mode(at)).isEqualTo(mode);
    assertThat(
            Arrays.stream(RouteKind.values())
                .filter(mode::mayRead)
                .map(RouteKind::field)
                .collect(Collectors.joining(" ")))
        .isEqualTo(lists);
  }
}
