package io.meshguard.symptom;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.Language;
import io.meshguard.rule.ResponseFlag;
import io.meshguard.rule.RuleInfo;
import io.meshguard.rule.Symptom;
import io.meshguard.rules.Catalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SymptomCatalogueTest {

  private static final SymptomCatalogue CATALOGUE = new SymptomCatalogue(Catalogue.infos());

  @Test
  void everySymptomOfARuleHasItsEntries() {
    for (RuleInfo rule : Catalogue.infos()) {
      for (Symptom symptom : all(rule)) {
        String status =
            symptom.status() == Symptom.NO_STATUS ? "reset" : Integer.toString(symptom.status());
        Stream<String> codes =
            Stream.concat(Stream.of(status), symptom.flags().stream().map(ResponseFlag::name));
        assertThat(codes)
            .as("%s: %s", rule.id(), symptom)
            .allSatisfy(
                code -> {
                  SymptomEntry entry = CATALOGUE.find(code).orElseThrow();
                  List<String> named =
                      Stream.concat(entry.causes().stream(), entry.hiders().stream())
                          .map(cause -> cause.rule().id())
                          .toList();
                  assertThat(named).contains(rule.id());
                });
      }
    }
  }

  @Test
  void everyEntryHasItsTextsInBothLanguages() throws IOException {
    Set<String> expected =
        new TreeSet<>(
            Set.of(
                "intro",
                "where",
                "source",
                "statuses",
                "flags",
                "head.rules",
                "head.hides",
                "head.rule",
                "head.shown",
                "head.finds"));
    for (SymptomEntry entry : CATALOGUE.statuses()) {
      expected.add(entry.code() + ".title");
    }
    expected.add("none.title");
    for (String code : CATALOGUE.codes()) {
      String name = code.equals("-") ? "none" : code;
      expected.add(name + ".means");
      expected.add(name + ".tell");
    }
    assertThat(keys("messages.properties")).isEqualTo(expected);
    assertThat(keys("messages_zh.properties")).isEqualTo(expected);
    for (String code : CATALOGUE.codes()) {
      SymptomEntry entry = CATALOGUE.find(code).orElseThrow();
      for (Language language : Language.values()) {
        assertThat(entry.title(language)).isNotBlank();
        assertThat(entry.means(language)).isNotBlank();
        assertThat(entry.tell(language)).isNotBlank().doesNotContain("''");
      }
    }
  }

  /**
   * What a page shows on a real proxy, its rule must say of itself; what the mistake hides may
   * still be seen from another side, such as through a gateway.
   */
  @Test
  void whatAPageObservesIsASymptomOfItsRule() throws IOException {
    for (RuleInfo rule : Catalogue.infos()) {
      List<String> shown = new ArrayList<>();
      String heading = "";
      boolean inside = false;
      for (String line : Files.readAllLines(Path.of("docs/rules", rule.id() + ".md"))) {
        if (line.startsWith("```")) {
          inside = line.equals("```observed");
        } else if (inside && !line.startsWith(" ")) {
          heading = line;
        } else if (inside && heading.startsWith("Bad") && line.contains(" -> ")) {
          shown.add(line.substring(line.indexOf(" -> ") + 4));
        }
      }
      Set<String> declared =
          all(rule).stream().map(SymptomCatalogueTest::brief).collect(Collectors.toSet());
      if (rule.id().equals("implicit-retries")) {
        // The page shows beside the mistake that a 503 is not repeated by default.
        declared.add("503");
      }
      if (declared.stream().anyMatch(brief -> brief.startsWith("reset "))) {
        // The client sees no more than that.
        declared.add("reset");
      }
      for (String seen : shown) {
        observed(seen)
            .ifPresent(brief -> assertThat(declared).as("%s: %s", rule.id(), seen).contains(brief));
      }
    }
  }

  @Test
  void isFoundByAnyName() {
    assertThat(CATALOGUE.find("nc").orElseThrow().code()).isEqualTo("NC");
    assertThat(CATALOGUE.find("NoClusterFound").orElseThrow().code()).isEqualTo("NC");
    assertThat(CATALOGUE.find("000").orElseThrow().code()).isEqualTo("reset");
    assertThat(CATALOGUE.find("-").orElseThrow().code()).isEqualTo("-");
    assertThat(CATALOGUE.find("418")).isEmpty();
  }

  @Test
  void severalWordsNarrowTheRules() {
    SymptomQuery query = SymptomQuery.parse(" 503 uf,URX ", CATALOGUE);

    assertThat(query.text()).isEqualTo("503 UF,URX");
    assertThat(query.combined()).isTrue();
    assertThat(CATALOGUE.causes(query).stream().map(cause -> cause.rule().id()))
        .containsExactly("mtls-to-headless-without-sidecar");
    assertThat(SymptomQuery.parse("404 - via_upstream", CATALOGUE).unknown()).isEmpty();
    assertThat(ids("404 -")).contains("rewrite-slash-mismatch").doesNotContain("glob-in-match");
    assertThat(ids("route_not_found")).contains("glob-in-match");
    assertThat(SymptomQuery.parse("503 XY", CATALOGUE).unknown()).containsExactly("XY");
  }

  private static List<String> ids(String text) {
    return CATALOGUE.causes(SymptomQuery.parse(text, CATALOGUE)).stream()
        .map(cause -> cause.rule().id())
        .toList();
  }

  private static List<Symptom> all(RuleInfo rule) {
    return Stream.concat(rule.symptoms().stream(), rule.hides().stream()).toList();
  }

  private static String brief(Symptom symptom) {
    String[] words = symptom.toString().split(" ");
    return words.length == 1 || words[1].equals("-") ? words[0] : words[0] + " " + words[1];
  }

  /** Returns status and flags of an error behind an arrow; faults of the test's own are none. */
  private static Optional<String> observed(String seen) {
    List<String> words =
        Stream.of(seen.split("[ ,]")).filter(word -> !word.equals("some")).toList();
    String status = words.get(0);
    boolean isError = status.equals("reset") || status.matches("[45]\\d\\d");
    String flags = seen.replaceFirst("^(some )?\\S+ ?", "").split(", ")[0].split(" ")[0];
    boolean isFlag = !flags.isEmpty() && flags.equals(flags.toUpperCase(Locale.ROOT));
    return isError ? Optional.of(isFlag ? status + " " + flags : status) : Optional.empty();
  }

  private static Set<String> keys(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = SymptomCatalogue.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    return new TreeSet<>(properties.stringPropertyNames());
  }
}
