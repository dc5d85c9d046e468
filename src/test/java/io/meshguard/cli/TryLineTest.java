package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The command that shows an unreachable route: a request that comes to the VirtualService. */
final class TryLineTest {

  @Test
  void aWildcardBecomesAName() {
    assertThat(tries("[\"*.shop.example.com\"]", "[edge/gw]", PLAIN))
        .containsExactly("curl http://a.shop.example.com/a/b");
    assertThat(tries("[\"*\"]", "[edge/gw]", PLAIN)).containsExactly("curl http://example.com/a/b");
  }

  @Test
  void aNameOfAnotherVirtualServiceIsNotTheWildcards() {
    String other =
        """
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: other, namespace: web}
        spec: {gateways: [edge/gw], hosts: [a.example.com], http: [{route: [{destination: {host: a}}]}]}
        """;
    assertThat(tries("[\"*.example.com\"]", "[edge/gw]", PLAIN + other))
        .containsExactly("curl http://b.example.com/a/b");
  }

  @Test
  void aServerOfTheGatewayTakesIt() {
    assertThat(
            tries(
                "[\"*.example.com\"]",
                "[gw]",
                PLAIN + gateway("HTTPS", 443, "shop/*.a.example.com", SIMPLE)))
        .containsExactly("curl https://a.a.example.com/a/b");
    assertThat(tries("[\"*\"]", "[gw]", PLAIN + gateway("HTTP", 8080, "www.example.com", "")))
        .containsExactly("curl http://www.example.com:8080/a/b");
  }

  @Test
  void aServerThatHandsNothingToRoutesIsNoWay() {
    String redirect = gateway("HTTP", 80, "*", ", tls: {httpsRedirect: true}");
    assertThat(tries("[a.example.com]", "[gw]", PLAIN + redirect)).isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", PLAIN + gateway("TLS", 443, "*", SIMPLE)))
        .isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", PLAIN + gateway("HTTP", 80, "other/*", "")))
        .isEmpty();
    assertThat(tries("[a.example.com]", "[gw, mesh]", PLAIN + redirect))
        .containsExactly("curl http://a.example.com/a/b");
  }

  @Test
  void conditionsOnHostSchemeAndPortAreMetBesides() {
    String http =
        """
          - {match: [{authority: {regex: ".*shop.*"}, uri: {prefix: /a}}], route: [{destination: {host: a}}]}
          - {match: [{authority: {regex: ".*shop.*"}, uri: {prefix: /a/b}}], route: [{destination: {host: b}}]}
        """;
    assertThat(
            tries("[a.example.com, \"*.shop.org\"]", "[gw]", http + gateway("HTTP", 80, "*", "")))
        .containsExactly("curl http://a.shop.org/a/b");
    assertThat(tries("[a.example.com]", "[gw]", http)).isEmpty();
    String ports =
        """
          - {match: [{port: 8443, method: {exact: PUT}}], route: [{destination: {host: c}}]}
          - {match: [{uri: {prefix: /a}}], route: [{destination: {host: a}}]}
          - {match: [{uri: {prefix: /a/b}}], route: [{destination: {host: b}}]}
        """;
    assertThat(tries("[a.example.com]", "[gw]", ports + gateway("HTTPS", 8443, "*", SIMPLE)))
        .containsExactly("curl https://a.example.com:8443/a/b");
    String scheme =
        """
          - {match: [{scheme: {exact: https}}], route: [{destination: {host: a}}]}
          - {match: [{scheme: {exact: https}, uri: {prefix: /a}}], route: [{destination: {host: b}}]}
        """;
    assertThat(tries("[a.example.com]", "[gw]", scheme + gateway("HTTPS", 443, "*", SIMPLE)))
        .containsExactly("curl https://a.example.com/a");
    assertThat(tries("[a.example.com]", "[gw]", scheme + gateway("HTTP", 80, "*", ""))).isEmpty();
  }

  @Test
  void whatNoClientCanSendIsNotShown() {
    assertThat(tries("[a.example.com]", "[gw]", dead("{method: {exact: Get}}"))).isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", dead("{headers: {x: {exact: \"a\\u0007\"}}}")))
        .isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", dead("{headers: {x: {exact: \" a\"}}}"))).isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", dead("{uri: {exact: /a/../b}}"))).isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", dead("{uri: {exact: /é}}"))).isEmpty();
    assertThat(tries("[a.example.com]", "[gw]", dead("{queryParams: {q: {exact: \"a b\"}}}")))
        .isEmpty();
  }

  @Test
  void valuesArriveAsTheyAre() {
    assertThat(tries("[a.example.com]", "[gw]", dead("{headers: {x: {exact: \"\"}}}")))
        .containsExactly("curl -H 'x;' http://a.example.com/");
    assertThat(tries("[a.example.com]", "[gw]", dead("{queryParams: {q: {exact: \"a:b=c\"}}}")))
        .containsExactly("curl 'http://a.example.com/?q=a:b=c'");
    assertThat(
            tries(
                "[a.example.com]", "[gw]", dead("{uri: {exact: \"/[1]\"}, method: {exact: HEAD}}")))
        .containsExactly("curl -I -g 'http://a.example.com/[1]'");
  }

  @Test
  void whereAValueIsHiddenThatIsSaid() {
    String text = text("[a.example.com]", "[gw]", dead("{headers: {x-token: {exact: s3cret}}}"));
    assertThat(text)
        .contains(
            "    no command to try it: the value of x-token may be a secret and is not shown\n")
        .doesNotContain("curl", "s3cret");
  }

  @Test
  void ofADelegateTheHostIsNotKnown() {
    String text = text("[]", "[]", PLAIN);
    assertThat(text).contains("for example GET /a/b goes to http[0]").doesNotContain("curl");
  }

  private static final String SIMPLE = ", tls: {mode: SIMPLE, credentialName: c}";

  private static final String PLAIN =
      """
        - {match: [{uri: {prefix: /a}}], route: [{destination: {host: a}}]}
        - {match: [{uri: {prefix: /a/b}}], route: [{destination: {host: b}}]}
      """;

  private static String dead(String match) {
    return "  - {match: [{uri: {prefix: /}}], route: [{destination: {host: a}}]}\n"
        + "  - {match: ["
        + match
        + "], route: [{destination: {host: b}}]}\n";
  }

  private static String gateway(String protocol, int port, String host, String tls) {
    return """
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: gw, namespace: shop}
        spec:
          selector: {istio: ingress}
          servers:
          - {port: {number: %d, name: p, protocol: %s}, hosts: ["%s"]%s}
        """
        .formatted(port, protocol, host, tls);
  }

  private static List<String> tries(String hosts, String gateways, String rest) {
    return text(hosts, gateways, rest)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("try: "))
        .map(line -> line.substring("try: ".length()))
        .toList();
  }

  private static String text(String hosts, String gateways, String rest) {
    String object =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop, namespace: shop}
        spec:
          hosts: %s
          gateways: %s
          http:
        """
            .formatted(hosts, gateways);
    String text = Ran.fed(object + rest, "check", "--language", "en", "-").out();
    assertThat(text).contains("[unreachable-route]");
    return text;
  }
}
