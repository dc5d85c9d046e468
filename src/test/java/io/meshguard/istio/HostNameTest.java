package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostNameTest {

  @ParameterizedTest
  @CsvSource({
    "Web, web.shop.svc.mesh.local",
    "web.prod, web.prod",
    "*, *",
    "*.example.com, *.example.com",
    "10.0.0.1, 10.0.0.1",
    "fd00::1, fd00::1",
    "'', ''",
  })
  void onlyNamesWithoutADotAreCompleted(String written, String expected) {
    assertThat(HostName.resolve(written, "shop", "mesh.local")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "*.foo.com, a.b.foo.com, true, true",
    "*.foo.com, foo.com, false, false",
    "*foo.com, barfoo.com, true, true",
    "a.foo.com, *.foo.com, false, true",
    "*.foo.com, *.a.foo.com, true, true",
    "*.a.foo.com, *.foo.com, false, true",
    "*, a, true, true",
    "a.com, b.com, false, false",
  })
  void onlyALeadingStarIsAWildcard(String outer, String inner, boolean covers, boolean overlap) {
    assertThat(HostName.covers(outer, inner)).isEqualTo(covers);
    assertThat(HostName.overlap(outer, inner)).isEqualTo(overlap);
  }

  @Test
  void tellsAddressesFromNames() {
    assertThat(HostName.isAddress("10.1.2.3")).isTrue();
    assertThat(HostName.isAddress("fd00::1")).isTrue();
    assertThat(HostName.isAddress("web1.shop")).isFalse();
    assertThat(HostName.isAddress("")).isFalse();
  }

  @Test
  void indexesKeepServicesUnderOneDomain() {
    assertThat(HostName.indexed("web.shop.svc.mesh.local", "mesh.local"))
        .isEqualTo("web.shop.svc.cluster.local");
    assertThat(HostName.indexed("api.example.com", "mesh.local")).isEqualTo("api.example.com");
  }
}
