package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.istio.ProxyConfigTypes.Mistake;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyConfigTypesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "holdApplicationUntilProxyStarts: true",
        "holdApplicationUntilProxyStarts: null",
        "holdApplicationUntilProxyStarts: yes",
        "holdApplicationUntilProxyStarts: on",
        "hold_application_until_proxy_starts: false",
        "concurrency: 2",
        "concurrency: 2.0",
        "concurrency: 20.0",
        "concurrency: \"2\"",
        "concurrency: \"-2147483648\"",
        "drainDuration: 45s",
        "tracingServiceName: CANONICAL_NAME_ONLY",
        "tracingServiceName: 1",
        "image: {imageType: distroless}",
        "proxyMetadata: {A: \"1\", B: null}",
        "proxyMetadata: {}",
        "extraStatTags: [a]",
        "ofNoVersion: [1]"
      })
  void acceptsWhatIstioReads(String config) {
    assertThat(mistakes(config)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'holdApplicationUntilProxyStarts: 1', all",
    "'proxyHeaders: {preserveHttp1HeaderCase: \"true\"}', >=1.25",
    "'proxy_headers: {preserve_http1_header_case: \"true\"}', >=1.25",
    "'proxyHeaders: {requestId: {disabled: 1}}', >=1.19",
    "'runtimeValues: {a: 1}', >=1.14",
    "'caCertificatesPem: [1]', >=1.10"
  })
  void knowsWhichVersionsHaveAField(String config, String versions) {
    assertThat(mistakes(config)).extracting(m -> m.versions().toString()).containsExactly(versions);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      textBlock =
          """
          holdApplicationUntilProxyStarts: "true"     ^ BOOLEAN         ^ true
          holdApplicationUntilProxyStarts: "Yes"      ^ BOOLEAN         ^ true
          hold_application_until_proxy_starts: "off"  ^ BOOLEAN         ^ false
          holdApplicationUntilProxyStarts: maybe      ^ BOOLEAN         ^ ?
          holdApplicationUntilProxyStarts: 1          ^ BOOLEAN         ^ ?
          meshId: 12                                  ^ STRING          ^ "12"
          meshId: true                                ^ STRING          ^ "true"
          meshId: [a]                                 ^ STRING          ^ ?
          concurrency: 2.5                            ^ INTEGER         ^ ?
          concurrency: "two"                          ^ INTEGER         ^ ?
          concurrency: "-"                            ^ INTEGER         ^ ?
          concurrency: ""                             ^ INTEGER         ^ ?
          concurrency: "12345678901"                  ^ INTEGER         ^ ?
          concurrency: "1:"                           ^ INTEGER         ^ ?
          concurrency: true                           ^ INTEGER         ^ ?
          drainDuration: 45                           ^ DURATION        ^ ?
          tracingServiceName: 1.5                     ^ ENUM            ^ ?
          image: distroless                           ^ MESSAGE         ^ ?
          proxyMetadata: [a]                          ^ STRINGS_BY_NAME ^ ?
          extraStatTags: a                            ^ STRINGS         ^ ?
          """)
  void tellsTheTypeAndWhatWasMeant(String config, ProxyConfigTypes.Type type, String meant) {
    List<Mistake> mistakes = mistakes(config);
    assertThat(mistakes).extracting(Mistake::type).containsExactly(type);
    assertThat(mistakes.get(0).name()).isEqualTo(config.substring(0, config.indexOf(':')));
    assertThat(mistakes.get(0).meant().map(JsonNode::toString).orElse("?")).isEqualTo(meant);
  }

  @Test
  void valuesByNameAreText() {
    List<Mistake> mistakes = mistakes("proxyMetadata: {A: true, B: x, C: [1]}");
    assertThat(mistakes)
        .extracting(Mistake::name)
        .containsExactly("proxyMetadata.A", "proxyMetadata.C");
    assertThat(mistakes.get(0).at().pointer()).hasToString("/proxyMetadata/A");
    assertThat(mistakes.get(0).meant().map(JsonNode::toString)).contains("\"true\"");
    assertThat(mistakes.get(1).meant()).isEmpty();
  }

  private static List<Mistake> mistakes(String config) {
    return ProxyConfigTypes.mistakes(Cursor.root(YamlReader.readOne(config).tree()));
  }
}
