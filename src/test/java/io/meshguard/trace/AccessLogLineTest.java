package io.meshguard.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.meshguard.trace.AccessLogException.Expected;
import io.meshguard.trace.AccessLogLine.Direction;
import io.meshguard.trace.AccessLogLine.Format;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessLogLineTest {

  private static final String ISTIO =
      "[2026-01-31T12:00:00.123Z] \"GET /api/x?a=b HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 12"
          + " - \"10.1.2.3\" \"curl/8.5.0\" \"c0ffee\" \"shop.example.com:8080\" \"-\" - -"
          + " 10.0.0.9:80 10.0.0.7:51234 - -";

  private static final String OUTBOUND =
      "[2026-01-31T12:00:00.123Z] \"POST /pay HTTP/2\" 503 URX,UF"
          + " upstream_reset_before_response_started{connection_failure,TLS_error:_x} -"
          + " \"TLS_error:|268435581:SSL routines\" 7 159 34 20 \"-\" \"grpc-java\" \"1-2\""
          + " \"pay:9000\" \"10.0.1.4:9000\" outbound|9000|v2|pay.shop.svc.cluster.local"
          + " 10.0.0.7:40000 10.96.0.5:9000 10.0.0.7:51234"
          + " outbound_.9000_.v2_.pay.shop.svc.cluster.local pay to canary";

  private static final String ENVOY =
      "[2026-01-31T12:00:00.123Z] \"GET / HTTP/1.0\" 426 DPE 0 0 1 - \"-\" \"-\" \"-\" \"-\" \"-\"";

  private static final String CONNECTION =
      "[2026-01-31T12:00:00.123Z] \"- - -\" 0 NR filter_chain_not_found - \"-\" 0 0 0 - \"-\""
          + " \"-\" \"-\" \"-\" \"-\" - - 10.0.0.9:443 10.0.0.7:51234 shop.example.com -";

  private static final String JSON =
      "{\"route_name\":\"default\",\"team\":{\"name\":\"shop\"},\"authority\":\"web\",\"method\":\"GET\","
          + "\"path\":\"/\",\"protocol\":\"HTTP/1.1\",\"response_code\":200,\"response_flags\":\"-\","
          + "\"response_code_details\":\"via_upstream\",\"upstream_cluster\":\"inbound|8080||\","
          + "\"upstream_local_address\":\"127.0.0.6:40001\",\"duration\":5,\"user_agent\":null,"
          + "\"downstream_local_address\":\"10.0.0.4:8080\",\"start_time\":\"2026-01-31T12:00:00.1Z\"}";

  @Test
  void istiosText() throws Exception {
    AccessLogLine line = AccessLogLine.parse(ISTIO);

    assertThat(line.format()).isEqualTo(Format.ISTIO_TEXT);
    assertThat(line.method()).contains("GET");
    assertThat(line.path()).contains("/api/x?a=b");
    assertThat(line.protocol()).contains("HTTP/1.1");
    assertThat(line.authority()).contains("shop.example.com:8080");
    assertThat(line.status()).isEqualTo(404);
    assertThat(line.flags()).containsExactly("NR");
    assertThat(line.details()).contains("route_not_found");
    assertThat(line.downstreamLocal()).contains("10.0.0.9:80");
    assertThat(line.downstreamRemote()).contains("10.0.0.7:51234");
    assertThat(line.startTime()).contains("2026-01-31T12:00:00.123Z");
    assertThat(line.userAgent()).contains("curl/8.5.0");
    assertThat(line.requestId()).contains("c0ffee");
    assertThat(line.forwardedFor()).contains("10.1.2.3");
    assertThat(line.duration()).contains("12");
    assertThat(line.upstreamCluster()).isEmpty();
    assertThat(line.upstreamHost()).isEmpty();
    assertThat(line.upstreamLocal()).isEmpty();
    assertThat(line.serverName()).isEmpty();
    assertThat(line.routeName()).isEmpty();
    assertThat(line.direction()).isEqualTo(Direction.UNKNOWN);
    assertThat(line.isConnection()).isFalse();
  }

  @Test
  void aCallThatFailed() throws Exception {
    AccessLogLine line = AccessLogLine.parse(OUTBOUND);

    assertThat(line.flags()).containsExactly("URX", "UF");
    assertThat(line.upstreamCluster()).contains("outbound|9000|v2|pay.shop.svc.cluster.local");
    assertThat(line.upstreamHost()).contains("10.0.1.4:9000");
    assertThat(line.upstreamLocal()).contains("10.0.0.7:40000");
    assertThat(line.serverName()).contains("outbound_.9000_.v2_.pay.shop.svc.cluster.local");
    assertThat(line.routeName()).contains("pay to canary");
    assertThat(line.field(AccessLogField.UPSTREAM_TRANSPORT_FAILURE_REASON))
        .contains("TLS_error:|268435581:SSL routines");
    assertThat(line.direction()).isEqualTo(Direction.OUTBOUND);
  }

  @Test
  void envoysOwnText() throws Exception {
    AccessLogLine line = AccessLogLine.parse(ENVOY + "\n");

    assertThat(line.format()).isEqualTo(Format.ENVOY_TEXT);
    assertThat(line.status()).isEqualTo(426);
    assertThat(line.protocol()).contains("HTTP/1.0");
    assertThat(line.fields()).doesNotContainKey(AccessLogField.UPSTREAM_CLUSTER);
  }

  @Test
  void aConnection() throws Exception {
    AccessLogLine line = AccessLogLine.parse(CONNECTION);

    assertThat(line.isConnection()).isTrue();
    assertThat(line.status()).isZero();
    assertThat(line.path()).isEmpty();
    assertThat(line.serverName()).contains("shop.example.com");
    assertThat(line.details()).contains("filter_chain_not_found");
    AccessLogLine ended =
        AccessLogLine.parse(
            CONNECTION.replace("filter_chain_not_found -", "- rbac_access_denied[none]"));
    assertThat(ended.details()).contains("rbac_access_denied[none]");
  }

  @Test
  void jsonInAnyOrderWithOtherKeys() throws Exception {
    AccessLogLine line = AccessLogLine.parse(JSON);

    assertThat(line.format()).isEqualTo(Format.JSON);
    assertThat(line.status()).isEqualTo(200);
    assertThat(line.flags()).isEmpty();
    assertThat(line.duration()).contains("5");
    assertThat(line.userAgent()).isEmpty();
    assertThat(line.direction()).isEqualTo(Direction.INBOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31T12:00:00.123456789Z ",
        "[pod/web-6d4c/istio-proxy] ",
        "[pod/web-6d4c/istio-proxy] 2026-01-31T12:00:00.123456789Z ",
        "2026-01-31T12:00:00.123456789+08:00 [pod/web-6d4c/istio-proxy] ",
        "2026-01-31T12:00:00.123456789Z stdout F ",
        "  ",
      })
  void whatKubectlPutsBefore(String before) throws Exception {
    for (String bare : new String[] {ISTIO, OUTBOUND, ENVOY, CONNECTION, JSON}) {
      AccessLogLine line = AccessLogLine.parse(before + bare);
      assertThat(line.fields()).isEqualTo(AccessLogLine.parse(bare).fields());
      assertThat(line.pod().isPresent()).isEqualTo(before.contains("pod/"));
      line.pod().ifPresent(pod -> assertThat(pod).isEqualTo("web-6d4c"));
    }
  }

  @Test
  void aLineThatACollectorWrapped() throws Exception {
    String wrapped = "{\"stream\":\"stdout\",\"log\":\"" + ISTIO.replace("\"", "\\\"") + "\\n\"}";

    assertThat(AccessLogLine.parse(wrapped)).isEqualTo(AccessLogLine.parse(ISTIO));
    String twice = wrapped.replace("\\", "\\\\").replace("\"", "\\\"");
    assertUnexpected("{\"log\":\"" + twice + "\"}", Expected.JSON_KEYS);
  }

  /** A client chooses path and user agent. */
  @Test
  void quotesThatAClientSent() throws Exception {
    AccessLogLine agent =
        AccessLogLine.parse(ISTIO.replace("curl/8.5.0", "x\" \"1\" \"evil\" \"10.6.6.6:1\" a b"));
    assertThat(agent.authority()).contains("shop.example.com:8080");
    assertThat(agent.userAgent()).contains("x\" \"1\" \"evil\" \"10.6.6.6:1\" a b");

    AccessLogLine path = AccessLogLine.parse(ISTIO.replace("/api/x", "/a b\" 200 - \"c"));
    assertThat(path.status()).isEqualTo(404);
    assertThat(path.path()).contains("/a b\" 200 - \"c?a=b");
  }

  @Test
  void mixersStatusInQuotes() throws Exception {
    AccessLogLine line =
        AccessLogLine.parse(ISTIO.replace("route_not_found - \"-\"", "\"-\" \"reason\""));
    assertThat(line.details()).isEmpty();
    assertThat(line.field(AccessLogField.UPSTREAM_TRANSPORT_FAILURE_REASON)).contains("reason");
    AccessLogLine older = AccessLogLine.parse(ISTIO.replace("route_not_found - \"-\"", "\"-\""));
    assertThat(older.authority()).contains("shop.example.com:8080");
  }

  @Test
  void oldDetailsHaveBlanks() throws Exception {
    AccessLogLine line =
        AccessLogLine.parse(
            ISTIO.replace("route_not_found -", "upstream_reset{connection failure,TLS error} -"));
    assertThat(line.details()).contains("upstream_reset{connection failure,TLS error}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inbound%8080%%                     | -         | -              | -            | INBOUND",
        "InboundPassthroughCluster          | -         | -              | -            | INBOUND",
        "PassthroughCluster                 | allow_any | 10.0.0.1:5     | -            | OUTBOUND",
        "BlackHoleCluster                   | -         | -              | -            | OUTBOUND",
        "-                                  | block_all | -              | -            | OUTBOUND",
        "-                                  | -         | 127.0.0.6:4000 | -            | INBOUND",
        "-                                  | -         | -              | outbound_.80 | INBOUND",
        "-                                  | default   | -              | web          | UNKNOWN",
      })
  void whichWay(String cluster, String route, String local, String server, Direction expected) {
    AccessLogLine line =
        new AccessLogLine(
            Format.JSON,
            Optional.empty(),
            Map.of(
                AccessLogField.UPSTREAM_CLUSTER, cluster.replace('%', '|'),
                AccessLogField.ROUTE_NAME, route,
                AccessLogField.UPSTREAM_LOCAL_ADDRESS, local,
                AccessLogField.REQUESTED_SERVER_NAME, server));
    assertThat(line.direction()).isEqualTo(expected);
  }

  @Test
  void whatIsNoLineSaysWhatWasExpectedAndWhere() {
    assertUnexpected("", Expected.LINE);
    assertUnexpected("  \n", Expected.LINE);
    assertUnexpected("x".repeat((1 << 20) + 1), Expected.SHORTER_LINE);
    assertUnexpected("Error from server (NotFound)", Expected.START_TIME, 1);
    assertUnexpected(
        "10.0.0.1 - - [31/Jan/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 3",
        Expected.START_TIME,
        1);
    assertUnexpected("[2026-01-31T12:00:00Z] GET / HTTP/1.1", Expected.REQUEST, 24);
    assertUnexpected("[2026-01-31T12:00:00Z] \"GET /\" 200 -", Expected.REQUEST, 24);
    assertUnexpected("[2026-01-31T12:00:00Z] \"GET / HTTP/1.1\" ok", Expected.STATUS, 41);
    assertUnexpected("[2026-01-31T12:00:00Z] \"GET / HTTP/1.1\" 2000 - -", Expected.STATUS, 41);
    assertUnexpected("[2026-01-31T12:00:00Z] \"GET / HTTP/1.1\" 200 -", Expected.FLAGS, 45);
    assertUnexpected(ISTIO.substring(0, ISTIO.indexOf(" - \"-\"")), Expected.DETAILS);
    assertUnexpected(ISTIO.replace(" 0 0 12 ", " 0 x 12 "), Expected.NUMBERS);
    assertUnexpected(ISTIO.replace("\"10.1.2.3\"", "10.1.2.3"), Expected.FORWARDED);
    assertUnexpected(ISTIO.substring(0, ISTIO.indexOf(" \"c0ffee")), Expected.QUOTED);
    assertUnexpected(ISTIO.substring(0, ISTIO.indexOf(" 10.0.0.7")), Expected.TAIL);
    assertUnexpected(ISTIO.substring(0, ISTIO.length() - 2), Expected.TAIL);
    assertUnexpected(ENVOY + " more", Expected.END);
    assertUnexpected("{\"response_code\":", Expected.JSON);
    assertUnexpected("{\"a\": tru}", Expected.JSON, 7);
    assertUnexpected("{\"level\":\"info\",\"scope\":\"ads\"}", Expected.JSON_KEYS, 1);
    assertUnexpected("{\"response_code\":\"many\"}", Expected.STATUS);
    assertUnexpected("{\"response_code\":{}}", Expected.JSON_KEYS);
    assertUnexpected("{\"a\":".repeat(10_000), Expected.JSON);
  }

  @Test
  @Timeout(60)
  void anythingIsReadInTheEnd() {
    Random random = new Random(7);
    String[] lines = {ISTIO, OUTBOUND, ENVOY, CONNECTION, JSON};
    String[] pieces = {"\" \"", "\"", " ", "[", "] ", "-", "{", "}", "HTTP/1.1\" ", "\n", "é"};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder line = new StringBuilder(lines[random.nextInt(lines.length)]);
      for (int edits = random.nextInt(5); edits >= 0; edits--) {
        int from = random.nextInt(line.length() + 1);
        int to = Math.min(line.length(), from + random.nextInt(12));
        line.replace(from, to, pieces[random.nextInt(pieces.length)]);
      }
      try {
        AccessLogLine read = AccessLogLine.parse(line.toString());
        assertThat(read.status()).isBetween(0, 999);
        assertThat(read.direction()).isNotNull();
      } catch (AccessLogException expected) {
        assertThat(expected.column()).isBetween(1, line.length() + 1);
      } catch (RuntimeException e) {
        fail("on " + line, e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\" \"", "\" ", " HTTP/1.1\"", " \"", "\"", " "})
  void aLineOfAMebibyteTakesNoLongerThanItsLength(String piece) {
    String head = "[2026-01-31T12:00:00Z] \"GET ";
    String many = piece.repeat(((1 << 20) - 200) / piece.length());
    String[] hostile = {
      head + many,
      head + "/ HTTP/1.1\" 200 " + many,
      head + "/ HTTP/1.1\" 200 - via_upstream " + many,
      head + "/ HTTP/1.1\" 200 - - - \"-\" 0 0 0 - \"-\" \"" + many,
    };
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String line : hostile) {
            assertThatThrownBy(() -> AccessLogLine.parse(line))
                .isInstanceOf(AccessLogException.class);
          }
        });
  }

  private static void assertUnexpected(String line, Expected expected) {
    assertThatThrownBy(() -> AccessLogLine.parse(line))
        .isInstanceOfSatisfying(
            AccessLogException.class, e -> assertThat(e.expected()).isEqualTo(expected));
  }

  private static void assertUnexpected(String line, Expected expected, int column) {
    assertUnexpected(line, expected);
    assertThatThrownBy(() -> AccessLogLine.parse(line))
        .isInstanceOfSatisfying(
            AccessLogException.class, e -> assertThat(e.column()).isEqualTo(column));
  }
}
