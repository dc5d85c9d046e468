package io.meshguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link from one page of the project to another leads to a file, and to a heading in it. */
class DocLinksTest {

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(Path.of("."));
        Stream<Path> docs = Files.walk(Path.of("docs"))) {
      Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Path file) {
    MarkdownPage page = MarkdownPage.read(file);
    assertThat(page.links()).allMatch(link -> leadsSomewhere(page.file(), link));
  }

  private static boolean leadsSomewhere(Path from, MarkdownPage.Link link) {
    if (link.target().contains("://")) {
      return true;
    }
    Path target = link.target().isEmpty() ? from : from.resolveSibling(link.target());
    return Files.exists(target)
        && (link.anchor().isEmpty()
            || MarkdownPage.read(target).headings().stream()
                .anyMatch(heading -> heading.anchor().equals(link.anchor())));
  }
}
