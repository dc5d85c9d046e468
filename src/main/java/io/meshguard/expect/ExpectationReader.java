package io.meshguard.expect;

import io.meshguard.expect.Expectation.HeaderChange;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.Symptom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads what a test expects. */
final class ExpectationReader {

  static final int MOST_PORT = 65_535;
  static final int MOST_STATUS = 599;
  static final int MOST_RETRIES = 10_000;
  static final int ALL = 100;

  /** Flags that an answer may have. */
  static final List<String> FLAGS =
      Stream.concat(
              Stream.of(Symptom.NO_FLAG_TEXT),
              Arrays.stream(ResponseFlag.values()).map(ResponseFlag::name))
          .toList();

  private ExpectationReader() {}

  static Expectation read(TestNode node, boolean certain) {
    node.onlyKeys(Keys.OF_EXPECT);
    if (node.cursor().isObject()
        && node.entries().keySet().stream().allMatch(Keys.CERTAIN::equals)) {
      node.problem("nothingExpected");
    }
    TestNode redirect = node.at(Keys.REDIRECT);
    TestNode location = node.at(Keys.LOCATION);
    if (redirect.isSet() && location.isSet()) {
      location.problem("bothLocations");
    }
    TestNode rewrite = node.at(Keys.REWRITE);
    rewrite.onlyKeys(Keys.OF_REWRITE);
    return new Expectation(
        node.at(Keys.OUTCOME).word(OutcomeWord.ALL),
        node.at(Keys.HOST).filledText().map(host -> host.toLowerCase(Locale.ROOT)),
        node.at(Keys.PORT).number(1, MOST_PORT),
        node.at(Keys.SUBSET).text(),
        node.at(Keys.STATUS).number(0, MOST_STATUS),
        node.at(Keys.FLAG).word(FLAGS),
        redirect.isSet() ? redirect.filledText() : location.filledText(),
        duration(node.at(Keys.TIMEOUT)),
        node.at(Keys.RETRIES).number(0, MOST_RETRIES),
        duration(node.at(Keys.PER_TRY_TIMEOUT)),
        weights(node.at(Keys.WEIGHTS)),
        rewrite.at(Keys.PATH).filledText(),
        rewrite.at(Keys.AUTHORITY).filledText(),
        headers(node.at(Keys.HEADERS)),
        mirror(node.at(Keys.MIRROR)),
        node.at(Keys.CERTAIN).bool().orElse(certain));
  }

  /** The word "none" is a duration as well. */
  private static OptionalLong duration(TestNode node) {
    return node.cursor().is("none") ? OptionalLong.of(0) : node.duration();
  }

  private static Map<String, Long> weights(TestNode node) {
    Map<String, Long> weights = new LinkedHashMap<>();
    long sum = 0;
    for (Map.Entry<String, TestNode> entry : node.entries().entrySet()) {
      OptionalLong share = entry.getValue().number(0, ALL);
      if (share.isPresent()) {
        weights.put(entry.getKey(), share.getAsLong());
        sum += share.getAsLong();
      }
    }
    if (!weights.isEmpty() && weights.size() == node.entries().size() && sum != ALL) {
      node.problem("weights", sum);
    }
    return weights;
  }

  private static List<HeaderChange> headers(TestNode node) {
    node.onlyKeys(Keys.SIDES);
    List<HeaderChange> changes = new ArrayList<>();
    for (String side : Keys.SIDES) {
      TestNode operations = node.at(side);
      operations.onlyKeys(Keys.OPERATIONS);
      for (String operation : List.of(Keys.SET, Keys.ADD)) {
        operations
            .at(operation)
            .entries()
            .forEach(
                (name, value) ->
                    value
                        .text()
                        .ifPresent(
                            text -> changes.add(new HeaderChange(side, operation, name, text))));
      }
      TestNode removed = operations.at(Keys.REMOVE);
      if (removed.isSet()) {
        removed.texts().forEach(name -> changes.add(new HeaderChange(side, Keys.REMOVE, name, "")));
      }
    }
    return changes;
  }

  private static Optional<List<String>> mirror(TestNode node) {
    if (!node.isSet()) {
      return Optional.empty();
    }
    return Optional.of(node.cursor().is("none") ? List.of() : node.texts());
  }
}
