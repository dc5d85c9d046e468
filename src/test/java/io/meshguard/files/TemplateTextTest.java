package io.meshguard.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: {{ .Values.name }}",
        "image: shop:{{ .Values.tag }}",
        "{{- if .Values.on }}\na: 1\n{{- end }}",
        "a: 'x'\nb: {{ x }}",
        "a: don't\nb: {{ x }}",
        "a: |\n  text\nb: {{ x }}",
        "- {{ x }}",
      })
  void templatesAreTold(String text) {
    assertThat(TemplateText.isTemplate(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: '{{ x }}'",
        "a: \"\\\"{{ x }}\"",
        "a: |\n  {{ $labels.pod }}\n\n  {{ more }}\nb: 1",
        "a:\n- >-\n  {{ x }}\n",
        "a: 1 # {{ x }}",
        "# {{ x }}\na: 1",
        "{\"a\": \"{{x}}\", \"b\": {\"c\": {}}}",
      })
  void contentThatLooksLikeATemplateIsNot(String text) {
    assertThat(TemplateText.isTemplate(text)).isFalse();
  }
}
