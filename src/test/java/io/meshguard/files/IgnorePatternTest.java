package io.meshguard.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IgnorePatternTest {

  @ParameterizedTest
  @CsvSource({
    "*.yaml,a/b.yaml,true",
    "/*.yaml,a/b.yaml,false",
    "a/*.yaml,a/b.yaml,true",
    "a/*.yaml,a/c/b.yaml,false",
    "a/**/b.yaml,a/b.yaml,true",
    "a/**/b.yaml,a/x/y/b.yaml,true",
    "**/b.yaml,a/x/b.yaml,true",
    "a/**,a/x/y,true",
    "a/**,a,false",
    "b?.yaml,b1.yaml,true",
    "b[0-9].yaml,b7.yaml,true",
    "b[!0-9].yaml,b7.yaml,false",
    "'b\\*.yaml','b*.yaml',true",
    "'b\\*.yaml',bb.yaml,false",
    "*a*a*a*a*a*a*b,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,false",
    "[,[,true",
  })
  void ignorePatternsMatchAsInGit(String pattern, String path, boolean matches) {
    assertThat(IgnorePattern.parse(pattern).orElseThrow().matches(path, false)).isEqualTo(matches);
  }
}
