package io.meshguard.deploy;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The blocks of {@code docs/install.md}. */
final class InstallPage {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  private InstallPage() {}

  /** Returns the blocks of a language, in their order. */
  static List<String> blocks(String language) {
    return BLOCK
        .matcher(Golden.read(Path.of("docs", "install.md")))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }

  static boolean isOverlay(String block) {
    return block.contains("kind: Kustomization");
  }
}
