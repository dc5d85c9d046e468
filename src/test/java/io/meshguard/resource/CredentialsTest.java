package io.meshguard.resource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "Proxy-Authorization",
        "cookie",
        "Set-Cookie",
        "x-api-key",
        "apikey",
        "api-key",
        "API_KEY",
        "x-auth-key",
        "x-jwt",
        "x-jwt-assertion",
        "x-session-id",
        "x-access-key",
        "AWSAccessKeyId",
        "sig",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
        "clientSecret",
        "DB_PASSWD",
        "password"
      })
  void namesOfCredentials(String name) {
    assertThat(Credentials.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x-request-id",
        "host",
        "author",
        "sign",
        "signal",
        "design",
        "httpCookie",
        "allowCredentials",
        "sessionAffinity",
        "key",
        "x-env"
      })
  void otherNames(String name) {
    assertThat(Credentials.isName(name)).isFalse();
  }
}
