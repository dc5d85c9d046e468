package io.meshguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshguard.engine.Engine;
import io.meshguard.engine.Verdict;
import io.meshguard.files.FileCache;
import io.meshguard.policy.Policy;
import io.meshguard.rule.Rule;
import io.meshguard.rules.Catalogue;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change costs what it touches; that is counted, not timed. */
final class RememberedVerdictsTest {

  private static final int FILES = 100;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private final List<Rule> rules = Catalogue.rules();
  private final FileCache cache = new FileCache();
  private final RememberedVerdicts verdicts = new RememberedVerdicts(rules);
  private Policy policy = new PolicyFile(List.of(), console()).defaults();

  @BeforeEach
  void write() throws Exception {
    policy = new PolicyFile(rules.stream().map(Rule::info).toList(), console()).defaults();
    for (int i = 0; i < FILES; i++) {
      write(i, "prefix: /a");
    }
  }

  private void write(int number, String match) throws Exception {
    Path file = folder.resolve("app" + number + ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Service
        metadata: {name: app%1$d, namespace: shop}
        spec: {ports: [{name: http, port: 80}], selector: {app: app%1$d}}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: app%1$d, namespace: shop}
        spec:
          hosts: [app%1$d]
          http:
          - match: [{uri: {%2$s}}]
            route: [{destination: {host: app%1$d}}]
          - match: [{uri: {prefix: /b}}]
            route: [{destination: {host: app%1$d}}]
        """
            .formatted(number, match));
    // a file that was just written is read again, for it may have changed within one tick
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
  }

  private static Console console() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Console(
        InputStream.nullInputStream(),
        nowhere,
        nowhere,
        false,
        false,
        Map.of(),
        LocalDate.of(2026, 1, 1));
  }

  private List<String> look(boolean everything) {
    return look(everything, verdicts, cache);
  }

  private List<String> look(boolean everything, RememberedVerdicts known, FileCache files) {
    CheckOptions options = new CheckOptions();
    options.paths = List.of(folder.toString());
    ConsoleProgress progress = new ConsoleProgress(console());
    CheckScopes scopes =
        CheckScopes.read(
            new CheckSettings(options, ConfigFile.none()),
            policy,
            new Engine(rules),
            console(),
            console().input(progress).with(files));
    known.begin(everything);
    List<String> found = new ArrayList<>();
    for (CheckScope scope : scopes.all()) {
      for (Verdict verdict :
          known.judge(scope, scope.given().objects(), object -> true, progress)) {
        verdict
            .judged()
            .forEach(j -> found.add(j.finding().object().ref() + " " + j.finding().rule().id()));
      }
    }
    files.endRound();
    return found;
  }

  @Test
  void anUnchangedFileIsNeitherReadNorParsedNorJudgedAgain() throws Exception {
    look(true);
    assertThat(cache.reads()).isEqualTo(FILES);
    assertThat(cache.parses()).isEqualTo(FILES);
    assertThat(verdicts.judged()).isEqualTo(2 * FILES);

    look(true);
    assertThat(cache.reads()).isEqualTo(FILES);
    assertThat(cache.parses()).isEqualTo(FILES);
    assertThat(verdicts.judged()).isEqualTo(0);

    write(7, "prefix: /");
    List<String> found = look(false);
    assertThat(cache.reads()).isEqualTo(FILES + 1);
    assertThat(cache.parses()).isEqualTo(FILES + 1);
    // both objects of that file, because their lines may have moved
    assertThat(verdicts.judged()).isEqualTo(2);
    assertThat(found).anyMatch(line -> line.contains("app7") && line.contains("unreachable-route"));
  }

  @Test
  void inTheEndItSaysWhatAFreshCheckSays() throws Exception {
    look(true);
    for (int i = 0; i < 20; i++) {
      switch (i % 4) {
        case 0 -> write(i, "prefix: /");
        case 1 -> Files.delete(folder.resolve("app" + i + ".yaml"));
        case 2 -> write(i, "exact: /b");
        default ->
            Files.writeString(
                folder.resolve("ns" + i + ".yaml"),
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop%d, labels: {istio-injection: enabled}}
                """
                    .formatted(i));
      }
      look(false);
      assertThat(look(true)).isEqualTo(look(true, new RememberedVerdicts(rules), new FileCache()));
    }
  }
}
