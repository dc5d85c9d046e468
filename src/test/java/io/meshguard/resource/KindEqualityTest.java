package io.meshguard.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link Kind} writes out is what a record would do by itself. */
final class KindEqualityTest {

  /** A record of the same components, with its generated methods. */
  private record Plain(
      String group, String name, String plural, boolean namespaced, List<String> versions) {}

  @Test
  void kindsAreEqualAsTheirComponentsAre() {
    List<Kind> kinds =
        List.of(
            kind("g", "N", "p", true, "v1"),
            kind("h", "N", "p", true, "v1"),
            kind("g", "M", "p", true, "v1"),
            kind("g", "N", "q", true, "v1"),
            kind("g", "N", "p", false, "v1"),
            kind("g", "N", "p", true, "v2"));
    for (Kind one : kinds) {
      assertThat(one.hashCode()).isEqualTo(plain(one).hashCode());
      for (Kind other : kinds) {
        assertThat(one.equals(other)).isEqualTo(plain(one).equals(plain(other)));
      }
    }
    assertThat(kinds.get(0))
        .isEqualTo(kind("g", "N", "p", true, "v1"))
        .isNotEqualTo("N")
        .isNotEqualTo(null);
  }

  private static Kind kind(
      String group, String name, String plural, boolean namespaced, String version) {
    return new Kind(group, name, plural, namespaced, List.of(version));
  }

  private static Plain plain(Kind kind) {
    return new Plain(kind.group(), kind.name(), kind.plural(), kind.namespaced(), kind.versions());
  }
}
