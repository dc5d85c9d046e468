package io.meshguard.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.rule.Language;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Rule;
import io.meshguard.rule.RuleInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What must hold for the catalogue as a whole. */
final class CatalogueTest {

  @Test
  void idsAreUniqueSortedAndNameTheClass() {
    List<String> ids = Catalogue.infos().stream().map(RuleInfo::id).toList();
    assertThat(ids).isSorted().doesNotHaveDuplicates();
    for (Rule rule : Catalogue.rules()) {
      String camelCase =
          Arrays.stream(rule.info().id().split("-"))
              .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
              .collect(Collectors.joining());
      assertThat(rule.getClass().getSimpleName()).isEqualTo(camelCase);
    }
  }

  @Test
  void everyRuleClassIsListed() throws IOException {
    List<String> listed =
        Catalogue.rules().stream().map(rule -> rule.getClass().getSimpleName() + ".java").toList();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/meshguard/rules"))) {
      List<String> classes =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(CatalogueTest::implementsRule)
              .map(file -> file.getFileName().toString())
              .toList();
      assertThat(classes).containsExactlyInAnyOrderElementsOf(listed);
    }
  }

  @Test
  void everyPageBelongsToARule() throws IOException {
    List<String> pages = Catalogue.infos().stream().map(info -> info.id() + ".md").toList();
    try (Stream<Path> files = Files.list(RulePage.FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(pages);
    }
  }

  @Test
  void everyRuleSaysWhatItIsFor() {
    for (RuleInfo info : Catalogue.infos()) {
      assertThat(info.subjects()).as(info.id()).isNotEmpty();
      assertThat(info.faq()).as(info.id()).isNotEmpty();
      assertThat(info.since()).as(info.id()).isNotBlank();
      assertThat(info.defaultMode()).as("a fix is an opt-in").isNotEqualTo(Mode.FIX);
    }
  }

  @Test
  void messagesExistInBothLanguagesWithTheSameArguments() throws IOException {
    List<String> bundles =
        Catalogue.rules().stream()
            .map(rule -> rule.getClass().getPackageName().replace('.', '/') + "/messages")
            .distinct()
            .toList();
    for (String bundle : bundles) {
      Properties english = load(bundle + ".properties");
      Properties chinese = load(bundle + "_zh.properties");
      assertThat(chinese.keySet()).as(bundle).isEqualTo(english.keySet());
      for (String key : english.stringPropertyNames()) {
        assertThat(rulesIn(bundle)).as(key).contains(key.substring(0, key.indexOf('.')));
        String pattern = english.getProperty(key);
        List<Integer> translated = arguments(chinese.getProperty(key));
        // Chinese has no plural, so that how many there are may decide the form of a word alone.
        List<Integer> expected =
            arguments(pattern).stream()
                .filter(i -> translated.contains(i) || !pattern.contains("{" + i + ",choice,1#"))
                .toList();
        assertThat(translated).as("arguments of %s", key).isEqualTo(expected);
      }
    }
  }

  private static List<String> rulesIn(String bundle) {
    String packageName = bundle.substring(0, bundle.lastIndexOf('/')).replace('/', '.');
    return Catalogue.rules().stream()
        .filter(rule -> rule.getClass().getPackageName().equals(packageName))
        .map(rule -> rule.info().id())
        .toList();
  }

  private static List<Integer> arguments(String pattern) {
    int count = new MessageFormat(pattern).getFormatsByArgumentIndex().length;
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .filter(i -> pattern.contains("{" + i))
        .toList();
  }

  private static Properties load(String name) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = CatalogueTest.class.getClassLoader().getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    assertThat(Language.values()).hasSize(2);
    return properties;
  }

  private static boolean implementsRule(Path file) {
    try {
      return Files.readString(file).contains(" implements Rule {");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
