package io.meshguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.meshguard.MarkdownPage.Block;
import io.meshguard.MarkdownPage.Heading;
import io.meshguard.MarkdownPage.Link;
import io.meshguard.MarkdownPage.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A Chinese page has the headings, tables, code and links of the English one, in their order. */
class ZhDocsTest {

  private static final Path ENGLISH = Path.of("docs");
  private static final Path CHINESE = Path.of("docs", "zh");
  private static final Path FRONT = Path.of("README.md");
  private static final Path CHINESE_FRONT = Path.of("README.zh.md");

  /** A comment in YAML or shell, whose words may be translated. */
  private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)# .*$");

  record Pair(MarkdownPage english, MarkdownPage chinese) {
    @Override
    public String toString() {
      return chinese.file().toString();
    }
  }

  static List<Pair> pairs() throws IOException {
    try (Stream<Path> pages = Files.list(CHINESE)) {
      return Stream.concat(pages, Stream.of(CHINESE_FRONT))
          .map(page -> new Pair(MarkdownPage.read(inOther(page)), MarkdownPage.read(page)))
          .toList();
    }
  }

  @Test
  void whatAnAdministratorNeedsIsTranslated() {
    assertThat(List.of("faq.md", "install.md", "operations.md", "policy.md"))
        .allMatch(name -> Files.exists(CHINESE.resolve(name)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void headings(Pair pair) {
    assertAligned(pair, MarkdownPage::headings, Heading::level);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void tables(Pair pair) {
    assertAligned(pair, MarkdownPage::tables, Table::columns);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void code(Pair pair) {
    assertAligned(pair, MarkdownPage::blocks, ZhDocsTest::untranslated);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void linksLeadToChinesePagesWhereThereAreSome(Pair pair) {
    assertThat(pair.chinese().links())
        .containsExactlyInAnyOrderElementsOf(
            pair.english().links().stream().map(link -> inOther(pair, link)).toList());
  }

  private static <T> void assertAligned(
      Pair pair, Function<MarkdownPage, List<T>> parts, Function<T, Object> shape) {
    List<T> english = parts.apply(pair.english());
    List<T> chinese = parts.apply(pair.chinese());
    for (int i = 0; i < Math.min(english.size(), chinese.size()); i++) {
      assertThat(shape.apply(chinese.get(i)))
          .as("%s should be as %s", chinese.get(i), english.get(i))
          .isEqualTo(shape.apply(english.get(i)));
    }
    assertThat(chinese).as("as many as in %s", english).hasSameSizeAs(english);
  }

  /** What of a block stays in Chinese: of output its length, of the rest all but comments. */
  private static Object untranslated(Block block) {
    return block.language().equals("text")
        ? block.text().lines().count()
        : block.language() + "\n" + COMMENT.matcher(block.text()).replaceAll("$1#");
  }

  private static Link inOther(Pair pair, Link link) {
    if (link.target().contains("://")) {
      return link;
    }
    Path english = pair.english().file();
    Path target =
        link.target().isEmpty() ? english : english.resolveSibling(link.target()).normalize();
    Path other = inOther(target);
    String anchor = link.anchor();
    if (!anchor.isEmpty() && !other.equals(target)) {
      List<Heading> headings = MarkdownPage.read(target).headings();
      int index = headings.stream().map(Heading::anchor).toList().indexOf(anchor);
      anchor = MarkdownPage.read(other).headings().get(index).anchor();
    }
    Path folder = pair.chinese().file().resolveSibling("");
    return new Link(link.target().isEmpty() ? "" : folder.relativize(other).toString(), anchor);
  }

  /** Returns the page in the other language, or the page itself where it has one language only. */
  private static Path inOther(Path page) {
    if (page.equals(FRONT) || page.equals(CHINESE_FRONT)) {
      return page.equals(FRONT) ? CHINESE_FRONT : FRONT;
    }
    if (page.startsWith(CHINESE)) {
      return ENGLISH.resolve(CHINESE.relativize(page));
    }
    Path chinese = page.startsWith(ENGLISH) ? CHINESE.resolve(ENGLISH.relativize(page)) : page;
    return Files.exists(chinese) ? chinese : page;
  }
}
