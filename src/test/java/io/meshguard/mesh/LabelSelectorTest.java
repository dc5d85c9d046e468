package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlReader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelSelectorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      null                                                             | true
      {}                                                               | true
      {matchLabels: {app: cart}}                                       | true
      {matchLabels: {app: cart, tier: web}}                            | false
      {matchExpressions: [{key: app, operator: In, values: [a, cart]}]}| true
      {matchExpressions: [{key: tier, operator: In, values: [a]}]}     | false
      {matchExpressions: [{key: tier, operator: NotIn, values: [a]}]}  | true
      {matchExpressions: [{key: app, operator: NotIn, values: [cart]}]}| false
      {matchExpressions: [{key: app, operator: Exists}]}               | true
      {matchExpressions: [{key: app, operator: DoesNotExist}]}         | false
      {matchExpressions: [{key: tier, operator: DoesNotExist}]}        | true
      {matchExpressions: [{key: app, operator: Near}]}                 | false
      """)
  void selectsLikeTheApiServer(String selector, boolean expected) {
    Cursor at = Cursor.root(YamlReader.readOne(selector).tree());
    assertThat(new LabelSelector(at).matches(Map.of("app", "cart"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      {}                                                               | true
      {matchLabels: {}, matchExpressions: []}                          | true
      {matchLabels: {example.com/tier: web_1.a-b, empty: ""}}          | true
      {matchExpressions: [{key: a, operator: In, values: [x]}]}        | true
      {matchExpressions: [{key: a, operator: NotIn, values: [x, z]}]}  | true
      {matchExpressions: [{key: a, operator: Exists}]}                 | true
      {matchExpressions: [{key: a, operator: DoesNotExist, values: []}]} | true
      {matchLabels: {a: 1}}                                            | false
      {matchLabels: {a: yes}}                                          | false
      {matchLabels: {a: "x y"}}                                        | false
      {matchLabels: {a: -x}}                                           | false
      {matchLabels: {a/b/c: x}}                                        | false
      {matchLabels: {/a: x}}                                           | false
      {matchLabels: {a.: x}}                                           | false
      {matchLabels: {a: x123456789x123456789x123456789x123456789x123456789x123456789x123}} | false
      {matchLabels: [a]}                                               | false
      {matchLabel: {a: x}}                                             | false
      {matchExpressions: {key: a, operator: Exists}}                   | false
      {matchExpressions: [{key: a, operator: In}]}                     | false
      {matchExpressions: [{key: a, operator: In, values: []}]}         | false
      {matchExpressions: [{key: a, operator: In, values: [1]}]}        | false
      {matchExpressions: [{key: a, operator: Exists, values: [x]}]}    | false
      {matchExpressions: [{key: a, operator: Near}]}                   | false
      {matchExpressions: [{operator: Exists}]}                         | false
      {matchExpressions: [{key: a, operator: Exists, extra: x}]}       | false
      {matchExpressions: [a]}                                          | false
      [a]                                                              | false
      """)
  void whatTheApiServerWouldRefuseIsNotValid(String selector, boolean expected) {
    Cursor at = Cursor.root(YamlReader.readOne(selector).tree());
    assertThat(new LabelSelector(at).isValid()).isEqualTo(expected);
  }
}
