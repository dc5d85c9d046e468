package io.meshguard.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.resource.Kind;
import io.meshguard.rules.Catalogue;
import io.meshguard.server.webhook.WebhookConfigurations.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebhookConfigurationsTest {

  @Test
  void workloadsOfTheMeshsRootNamespaceAreNotSentButItsConfigurationIs() {
    JsonNode webhooks = configurations(true).validating().path("webhooks");

    assertThat(names(webhooks))
        .containsExactly(
            "validate-workloads.meshguard.io",
            "validate-mesh.meshguard.io",
            "validate-access.meshguard.io",
            "policy.meshguard.io");
    assertThat(excluded(webhooks.get(0)))
        .containsExactly("istio-system", "kube-node-lease", "kube-public", "kube-system", "mg");
    assertThat(excluded(webhooks.get(1)))
        .containsExactly("kube-node-lease", "kube-public", "kube-system", "mg");
    assertThat(webhooks.get(3).at("/namespaceSelector/matchExpressions/0/operator").asText())
        .isEqualTo("In");
  }

  /** Nothing in such an entry but Namespace, whose own name counts, is without a namespace. */
  @Test
  void whatNoNamespaceSelectorCanLeaveOutIsInTheEntryThatNeverFailsClosed() {
    JsonNode webhooks = configurations(true).validating().path("webhooks");

    assertThat(resources(webhooks.get(2)))
        .containsExactly("clusterrolebindings", "clusterroles", "rolebindings", "roles");
    for (int entry : new int[] {0, 1}) {
      List<String> names = resources(webhooks.get(entry));
      assertThat(
              Catalogue.infos().stream()
                  .flatMap(rule -> rule.subjects().stream())
                  .filter(kind -> !kind.namespaced() && !kind.equals(Kind.NAMESPACE))
                  .map(Kind::plural))
          .contains("clusterrolebindings")
          .doesNotContainAnyElementsOf(names);
    }
  }

  @Test
  void everyFieldThatAnApiServerDefaultsIsWritten() {
    for (JsonNode webhook : configurations(true).mutating().path("webhooks")) {
      assertThat(webhook.at("/failurePolicy").asText()).isEqualTo("Ignore");
      assertThat(webhook.at("/matchPolicy").asText()).isEqualTo("Equivalent");
      assertThat(webhook.at("/reinvocationPolicy").asText()).isEqualTo("IfNeeded");
      assertThat(webhook.at("/sideEffects").asText()).isEqualTo("None");
      assertThat(webhook.at("/timeoutSeconds").asInt()).isEqualTo(3);
      assertThat(webhook.at("/objectSelector").isObject()).isTrue();
      assertThat(webhook.at("/clientConfig/service/port").asInt()).isEqualTo(443);
      assertThat(webhook.at("/rules/0/scope").asText()).isEqualTo("*");
      assertThat(webhook.at("/rules/0/operations").toString()).isEqualTo("[\"CREATE\",\"UPDATE\"]");
    }
  }

  @Test
  void withoutMatchConditionsWhatIsTooNumerousIsNotSent() {
    String validating = configurations(false).validating().toString();

    assertThat(validating).doesNotContain("matchConditions").doesNotContain("\"pods\"");
    assertThat(configurations(true).validating().toString()).contains("matchConditions");
  }

  @Test
  void whoAsksDecidesBeforeAListThatATenantCanMakeLong() {
    for (JsonNode condition : configurations(true).validating().at("/webhooks/0/matchConditions")) {
      if (condition.path("name").asText().equals("not-controlled")) {
        String expression = condition.path("expression").asText();
        assertThat(expression.indexOf("request.userInfo"))
            .isBetween(1, expression.indexOf("exists("));
      }
    }
  }

  @Test
  void allVersionsThatServersHaveOfferedAreSent() {
    assertThat(configurations(true).validating().toString())
        .contains("\"apiVersions\":[\"v1\",\"v1beta1\",\"v1alpha3\"]");
  }

  private static WebhookConfigurations configurations(boolean conditions) {
    return new WebhookConfigurations(
        Catalogue.infos(),
        new Options(
            "meshguard",
            "mg",
            "meshguard",
            Optional.empty(),
            Optional.empty(),
            Set.of("istio-system"),
            conditions));
  }

  private static List<String> resources(JsonNode webhook) {
    List<String> names = new ArrayList<>();
    for (JsonNode rule : webhook.path("rules")) {
      rule.path("resources").forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  private static List<String> names(JsonNode webhooks) {
    List<String> names = new ArrayList<>();
    webhooks.forEach(webhook -> names.add(webhook.path("name").asText()));
    return names;
  }

  private static List<String> excluded(JsonNode webhook) {
    JsonNode expression = webhook.at("/namespaceSelector/matchExpressions/0");
    assertThat(expression.path("operator").asText()).isEqualTo("NotIn");
    List<String> values = new ArrayList<>();
    expression.path("values").forEach(value -> values.add(value.asText()));
    return values;
  }
}
