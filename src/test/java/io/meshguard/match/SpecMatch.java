package io.meshguard.match;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A match as it stands in a VirtualService, for the brute-force tests. */
record SpecMatch(
    Optional<Text> uri,
    boolean ignoreUriCase,
    Optional<Text> method,
    Optional<Text> scheme,
    Optional<Text> authority,
    Map<String, Text> headers,
    Map<String, Text> withoutHeaders,
    Map<String, Text> queryParams,
    Optional<Integer> port,
    Map<String, String> sourceLabels,
    Optional<String> sourceNamespace,
    List<String> gateways) {

  /** A string match of Istio's API: exact, prefix, regex or present. */
  record Text(String kind, String text) {
    ValueMatch toValueMatch() {
      return switch (kind) {
        case "exact" -> ValueMatch.exact(text);
        case "prefix" -> ValueMatch.prefix(text);
        case "regex" -> ValueMatch.regex(text);
        default -> ValueMatch.present();
      };
    }
  }

  RequestMatch toRequestMatch() {
    RequestMatch.Builder builder = RequestMatch.builder();
    uri.ifPresent(
        text -> {
          if (ignoreUriCase) {
            builder.pathIgnoringCase(text.toValueMatch());
          } else {
            builder.path(text.toValueMatch());
          }
        });
    method.ifPresent(text -> builder.method(text.toValueMatch()));
    scheme.ifPresent(text -> builder.scheme(text.toValueMatch()));
    authority.ifPresent(text -> builder.authority(text.toValueMatch()));
    headers.forEach((name, text) -> builder.header(name, text.toValueMatch()));
    withoutHeaders.forEach((name, text) -> builder.withoutHeader(name, text.toValueMatch()));
    queryParams.forEach((name, text) -> builder.queryParam(name, text.toValueMatch()));
    port.ifPresent(builder::port);
    builder.sourceLabels(sourceLabels);
    sourceNamespace.ifPresent(builder::sourceNamespace);
    if (gateways.isEmpty()) {
      builder.inheritedGateways(BruteForce.GATEWAYS_OF_ROUTE);
    } else {
      builder.gateways(gateways);
    }
    return builder.build();
  }
}
