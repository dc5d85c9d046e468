package io.meshguard.rules.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LuaHeadersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h:headers():remove(\"a\")",
        "h:headers() : remove ( 'a' )",
        "h:headers():remove([==[a]==])",
        "local x = h:headers(); x:remove('a')",
        "local n = 'a' h:headers():remove(n)",
        "local t = {'a', 'b'} for _, n in ipairs(t) do h:headers():remove(n) end",
        "if x then y() end h:headers():remove('a')",
        "while x do y() end h:headers():remove('a')",
        "repeat y() until x h:headers():remove('a')",
        "local f = function() return 1 end h:headers():remove('a')",
        "-- not this\nh:headers():remove('a')"
      })
  void readsWhatIsRemoved(String body) {
    assertThat(read(body).removed()).contains("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- h:headers():remove('a')",
        "--[[ h:headers():remove('a') ]]",
        "local s = \"h:headers():remove('a')\"",
        "if x then h:headers():remove('a') end",
        "local f = function() h:headers():remove('a') end",
        "h:headers():remove('a' .. x)",
        "h:headers():remove(n)",
        "local n = 'a' n = 'b' h:headers():remove(n)",
        "local n = 'a' .. x h:headers():remove(n)",
        "h:trailers():remove('a')",
        "x:remove('a')",
        "h:headers():remove('a') h:headers():add('a', x)",
        "end function other(h) h:headers():remove('a')"
      })
  void leavesWhatIsNotCertain(String body) {
    assertThat(read(body).removed()).doesNotContain("a");
  }

  @Test
  void readsFixedValuesOnly() {
    assertThat(read("h:headers():replace('a', '1' .. '2')").overwritten()).containsExactly("a");
    assertThat(read("h:headers():replace('a', f())").overwritten()).isEmpty();
    assertThat(read("h:headers():add('a', '1')").overwritten()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[", "--", "--[", "--[[", "\"", "'\\", "[==", "=", ":", "for", "..", "{"})
  void endsWhereCodeIsBroken(String piece) {
    for (String code : List.of(piece, "function envoy_on_request(h) " + piece, piece.repeat(9))) {
      assertThat(new LuaHeaders(code).removed()).isEmpty();
    }
  }

  @Test
  void readsLongCodeInLinearTime() {
    String body = "local a = '1' if x then y() end h:headers():remove('b') [==".repeat(3_000);
    assertThat(read(body).removed()).contains("b");
    assertThat(read("[=".repeat(90_000)).removed()).isEmpty();
  }

  private static LuaHeaders read(String body) {
    return new LuaHeaders("function envoy_on_request(h) " + body + " end");
  }
}
