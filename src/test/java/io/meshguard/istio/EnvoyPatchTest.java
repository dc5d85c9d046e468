package io.meshguard.istio;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.mesh.Version;
import io.meshguard.mesh.VersionRange;
import io.meshguard.mesh.Versions;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Cursor;
import io.meshguard.yaml.YamlReader;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class EnvoyPatchTest {

  private static final Versions OLD_AND_NEW =
      new Versions(Set.of(Version.of("1.9.2"), Version.of("1.20.1")), true);

  @Test
  void readsFieldsInEitherSpelling() {
    Cursor message = cursor("{typedConfig: {a: 1}, max_request_headers_kb: 5}");
    assertThat(EnvoyPatch.field(message, "typed_config").isObject()).isTrue();
    assertThat(EnvoyPatch.field(message, "max_request_headers_kb").integer()).hasValue(5);
    assertThat(EnvoyPatch.field(message, "generate_request_id").isMissing()).isTrue();
  }

  @Test
  void findsMessagesAtAnyDepth() {
    Cursor value = cursor("{a: [{maxAge: 1}, {b: {max_age: 2}}], max_age: 3}");
    assertThat(found(value, "max_age", false)).containsExactly("", "/a/0", "/a/1/b");
  }

  @Test
  void searchesNeitherInWhatItFoundNorBeyondALongWay() {
    assertThat(found(cursor("{max_age: {max_age: 1}, maxAge: {maxAge: 1}}"), "max_age", false))
        .containsExactly("", "/maxAge");
    String key = "k".repeat(5_000);
    assertThat(found(cursor("{max_age: 1, ? " + key + " : {max_age: 1}}"), "max_age", true))
        .containsExactly("");
  }

  private static List<String> found(Cursor value, String field, boolean leftOut) {
    AtomicBoolean told = new AtomicBoolean();
    List<Cursor> messages = EnvoyPatch.messagesWith(value, field, () -> told.set(true));
    assertThat(told.get()).isEqualTo(leftOut);
    return messages.stream().map(message -> message.pointer().toString()).toList();
  }

  @Test
  void guardLimitsTheVersions() {
    assertThat(patch("{}").in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.SOMEWHERE);
    assertThat(guarded("^1\\.9").in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.EVERYWHERE);
    assertThat(guarded("^1\\.20").in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.NOWHERE);
    assertThat(guarded("^1\\.30").in(VersionRange.from("1.30"), OLD_AND_NEW))
        .isEqualTo(Applicability.NOWHERE);
    assertThat(guarded("^1\\.30").in(VersionRange.from("1.30"), Versions.UNKNOWN))
        .isEqualTo(Applicability.UNKNOWN);
  }

  @Test
  void anUnreadableGuardCountsAsNone() {
    assertThat(guarded("([").in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.SOMEWHERE);
    // written out, this one has a thousand million states
    assertThat(guarded("((a{1000}){1000}){1000}").in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.SOMEWHERE);
    assertThat(guarded("^1\\.\\d{2}").in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.NOWHERE);
    assertThat(guarded("x".repeat(5_000)).in(VersionRange.before("1.10"), OLD_AND_NEW))
        .isEqualTo(Applicability.SOMEWHERE);
  }

  private static EnvoyPatch guarded(String guard) {
    return patch("{match: {proxy: {proxyVersion: '" + guard + "'}}}");
  }

  private static EnvoyPatch patch(String yaml) {
    return new EnvoyPatch(cursor(yaml));
  }

  private static Cursor cursor(String yaml) {
    return Cursor.root(YamlReader.readOne(yaml).tree());
  }
}
