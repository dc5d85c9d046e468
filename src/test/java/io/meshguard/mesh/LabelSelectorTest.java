package io.meshguard.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.resource.Cursor;
import io.meshguard.resource.YamlReader;
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
}
