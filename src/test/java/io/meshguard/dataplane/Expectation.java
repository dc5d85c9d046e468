package io.meshguard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a line of an observed block says is seen: {@code 404 NR route_not_found}, then with commas
 * between {@code from catalog}, {@code from one Pod}, {@code from several Pods}, {@code tried
 * once}, {@code tried 3 times}, {@code over HTTP/2}, {@code by PassthroughCluster}, {@code received
 * X-Foo: bar} (or {@code ba…}), {@code received no x-foo}, {@code path /a}, {@code answered x-foo:
 * bar}, {@code answered no x-foo}, {@code within 2 s}, {@code after 2 s}.
 */
final class Expectation {
  private static final String ONE_POD = "from one Pod";
  private static final String SEVERAL_PODS = "from several Pods";

  private Expectation() {}

  /** Returns what of the text does not hold, in words. */
  static List<String> missing(String text, Sighting seen) {
    List<String> missing = new ArrayList<>();
    for (String part : text.split(", ", -1)) {
      try {
        check(part, seen);
      } catch (AssertionError e) {
        missing.add(
            part + " (" + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ") + ")");
      }
    }
    return missing;
  }

  /** Returns what does not hold of all requests of the line together, in words. */
  static List<String> missingTogether(String text, List<Sighting> seen) {
    long pods =
        seen.stream()
            .filter(sighting -> !sighting.tries().isEmpty())
            .map(Expectation::lastPod)
            .distinct()
            .count();
    return Stream.of(text.split(", ", -1))
        .filter(
            part -> (part.equals(ONE_POD) && pods != 1) || (part.equals(SEVERAL_PODS) && pods < 2))
        .map(part -> part + " (" + pods + ")")
        .toList();
  }

  private static void check(String part, Sighting seen) {
    String[] words = part.split(" ", -1);
    switch (words[0]) {
      case "from" -> {
        if (!part.equals(ONE_POD) && !part.equals(SEVERAL_PODS)) {
          assertThat(lastPod(seen)).isEqualTo(words[1]);
        }
      }
      case "tried" ->
          assertThat(seen.tries())
              .hasSize(words[1].equals("once") ? 1 : Integer.parseInt(words[1]));
      case "over" -> {
        assertThat(seen.tries()).as("requests that reached a server").isNotEmpty();
        assertThat(seen.tries().get(seen.tries().size() - 1).request().version())
            .as("version of HTTP that reached the server")
            .isEqualTo(words[1]);
      }
      case "by" -> assertThat(log(seen).upstreamCluster()).isEqualTo(words[1]);
      case "received" -> received(part.substring("received ".length()), seen);
      case "path" -> path(words[1], seen);
      case "answered" -> answered(part.substring("answered ".length()), seen);
      case "within" -> assertThat(seen.millis()).isLessThan(seconds(words));
      case "after" -> assertThat(seen.millis()).isGreaterThanOrEqualTo(seconds(words));
      case "log" -> assertThat(log(seen).text()).contains(part.substring("log ".length()));
      default -> status(words, seen);
    }
  }

  private static long seconds(String[] words) {
    return Math.round(Double.parseDouble(words[1]) * 1000);
  }

  private static AccessLogLine log(Sighting seen) {
    assertThat(seen.log()).as("a line in the access log").isPresent();
    return seen.log().orElseThrow();
  }

  private static void status(String[] words, Sighting seen) {
    if (words[0].equals("reset")) {
      assertThat(seen.response().status()).as("status").isEqualTo(RawResponse.RESET);
    } else {
      assertThat(words[0]).as("a status").matches("\\d{3}|reset");
      assertThat(seen.response().status()).as("status").isEqualTo(Integer.parseInt(words[0]));
    }
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      if (word.equals(word.toUpperCase(Locale.ROOT))) {
        assertThat(log(seen).flags()).as("response flags").isEqualTo(word);
      } else {
        assertThat(log(seen).details()).as("response code details").startsWith(word);
      }
    }
  }

  private static String lastPod(Sighting seen) {
    assertThat(seen.tries()).as("requests that reached a server").isNotEmpty();
    String id = seen.tries().get(seen.tries().size() - 1).pod();
    return id.substring(0, id.indexOf('.') < 0 ? id.length() : id.indexOf('.'));
  }

  private static void received(String header, Sighting seen) {
    assertThat(seen.tries()).as("requests that reached a server").isNotEmpty();
    header(header, seen.tries().get(seen.tries().size() - 1).request().headers());
  }

  private static void path(String wanted, Sighting seen) {
    assertThat(seen.tries()).as("requests that reached a server").isNotEmpty();
    assertThat(seen.tries().get(seen.tries().size() - 1).request().target()).isEqualTo(wanted);
  }

  private static void answered(String header, Sighting seen) {
    header(header, seen.response().headers());
  }

  /** Capital letters count: they are what some pages are about. */
  private static void header(String wanted, List<Header> headers) {
    if (wanted.startsWith("no ")) {
      assertThat(headers).noneMatch(header -> header.is(wanted.substring(3)));
      return;
    }
    int colon = wanted.indexOf(": ");
    String name = colon < 0 ? wanted : wanted.substring(0, colon);
    Optional<Header> found = headers.stream().filter(h -> h.name().equals(name)).findFirst();
    assertThat(found).as("header %s among %s", name, headers).isPresent();
    if (colon < 0) {
      return;
    }
    String value = wanted.substring(colon + 2);
    if (value.endsWith("…")) {
      assertThat(found.orElseThrow().value()).startsWith(value.substring(0, value.length() - 1));
    } else {
      assertThat(found.orElseThrow().value()).isEqualTo(value);
    }
  }
}
