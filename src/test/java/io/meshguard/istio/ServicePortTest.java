package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Manifests;
import io.meshguard.mesh.Version;
import io.meshguard.mesh.Versions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServicePortTest {

  @ParameterizedTest
  @CsvSource({
    "http, HTTP",
    "HTTP-web, HTTP",
    "http_proxy, HTTP",
    "http2-x, HTTP2",
    "grpc, HTTP2",
    "grpc-web, HTTP2",
    "gRPC-Web-x, HTTP2",
    "https-x, TLS",
    "tls, TLS",
    "tcp-redis, TCP",
    "redis, TCP",
    "mongo-a, TCP",
    "mysql, TCP",
    "udp-x, UDP",
    "http1, UNDECLARED",
    "http1-web, UNDECLARED",
    "http_foo, UNDECLARED",
    "tcpfoo, UNDECLARED",
    "web-http, UNDECLARED",
    "-http, UNDECLARED",
    "'', UNDECLARED",
  })
  void nameUpToTheFirstDashDeclaresTheProtocol(String name, Protocol expected) {
    assertThat(protocol("{port: 8080, name: '" + name + "'}", "1.29")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"25, TCP", "53, TCP", "3306, TCP", "27017, TCP", "3307, UNDECLARED"})
  void wellKnownPortsAreNotSniffed(int number, Protocol expected) {
    assertThat(protocol("{port: " + number + "}", "1.29")).isEqualTo(expected);
    assertThat(protocol("{port: " + number + ", name: http}", "1.29")).isEqualTo(Protocol.HTTP);
  }

  @Test
  void udpComesFirst() {
    String port = "{port: 80, name: http, appProtocol: http, protocol: UDP}";
    assertThat(protocol(port, "1.29")).isEqualTo(Protocol.UDP);
  }

  @ParameterizedTest
  @CsvSource({
    "tcp, 1.9, TCP",
    "tcp, 1.8.6, HTTP",
    "TCP, 1.29, TCP",
    "kubernetes.io/h2c, 1.20, HTTP2",
    "kubernetes.io/h2c, 1.19.9, UNDECLARED",
    "kubernetes.io/ws, 1.29, HTTP",
    "kubernetes.io/wss, 1.29, TLS",
    "kubernetes.io/other, 1.29, UNDECLARED",
    "kubernetes.io/wss, 1.8, HTTP",
    "grpc-web-x, 1.29, HTTP2",
    "unheard-of, 1.29, UNDECLARED",
  })
  void appProtocolBeatsTheNameWhereTheVersionReadsIt(
      String appProtocol, String version, Protocol expected) {
    String port = "{port: 80, name: http-web, appProtocol: " + appProtocol + "}";
    assertThat(protocol(port, version)).isEqualTo(expected);
  }

  @Test
  void versionsThatDisagreeLeaveItOpen() {
    Versions mixed = new Versions(Set.of(Version.of("1.8"), Version.of("1.29")), true);
    assertThat(protocol("{port: 80, name: http, appProtocol: tcp}", mixed))
        .isEqualTo(Protocol.UNKNOWN);
    assertThat(protocol("{port: 80, name: tcp, appProtocol: tcp}", mixed)).isEqualTo(Protocol.TCP);
    assertThat(protocol("{port: 80, name: http, appProtocol: tcp}", Versions.UNKNOWN))
        .isEqualTo(Protocol.TCP);
  }

  @Test
  void portOfServiceEntryIsWhatItsProtocolSays() {
    List<ServicePort> ports =
        ServicePort.of(
            Manifests.object(
                """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: a}
                spec:
                  ports:
                  - {number: 80, name: tcp-x, protocol: HTTP}
                  - {number: 443, name: http-x, protocol: TLS}
                  - {number: 444, name: http-x}
                  - {number: "445", name: http-x}
                """),
            Versions.UNKNOWN);
    assertThat(ports).extracting(ServicePort::number).containsExactly(80, 443, 444);
    assertThat(ports)
        .extracting(ServicePort::protocol)
        .containsExactly(Protocol.HTTP, Protocol.TLS, Protocol.UNDECLARED);
    assertThat(ports.get(1).at().pointer()).hasToString("/spec/ports/1");
  }

  @Test
  void portsOutOfRangeAreNone() {
    for (String number : List.of("0", "-1", "65536", "'80'", "null", "9999999999999")) {
      assertThat(ports("{port: " + number + "}", Versions.UNKNOWN)).isEmpty();
    }
  }

  private static Protocol protocol(String port, String version) {
    return protocol(port, Versions.of(Version.of(version)));
  }

  private static Protocol protocol(String port, Versions istio) {
    return ports(port, istio).get(0).protocol();
  }

  private static List<ServicePort> ports(String port, Versions istio) {
    return ServicePort.of(
        Manifests.object(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [" + port + "]}"),
        istio);
  }
}
