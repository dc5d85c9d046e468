package io.meshguard.cli;

import io.meshguard.deadline.Deadline;
import io.meshguard.deadline.DeadlineExceededException;
import io.meshguard.engine.Engine;
import io.meshguard.engine.Verdict;
import io.meshguard.files.FileCache;
import io.meshguard.files.FileWalk;
import io.meshguard.files.Input;
import io.meshguard.files.Progress;
import io.meshguard.lint.FixedTexts;
import io.meshguard.lint.Ignores;
import io.meshguard.lint.Verdicts;
import io.meshguard.lsp.Checker;
import io.meshguard.lsp.CheckerFactory;
import io.meshguard.lsp.EditorOptions;
import io.meshguard.lsp.Judgement;
import io.meshguard.lsp.UnusableSettingsException;
import io.meshguard.mesh.Version;
import io.meshguard.policy.Policy;
import io.meshguard.report.CheckReport;
import io.meshguard.report.InputError;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Language;
import io.meshguard.rule.Rule;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Judges the documents of an editor as {@code check} would judge their files. */
final class EditorChecks implements CheckerFactory {

  /** An editor that waits longer is better off without an answer. */
  private static final Duration MOST_TIME = Duration.ofSeconds(60);

  private final CheckOptions said;
  private final List<Rule> rules;
  private final Supplier<Console> consoles;
  private final boolean languageSaid;

  /**
   * Makes a factory.
   *
   * @param said what the command line says
   * @param consoles returns the world as it is today
   * @param languageSaid whether the command line names a language
   */
  EditorChecks(
      CheckOptions said, List<Rule> rules, Supplier<Console> consoles, boolean languageSaid) {
    this.said = said;
    this.rules = rules;
    this.consoles = consoles;
    this.languageSaid = languageSaid;
  }

  @Override
  public Checker checker(EditorOptions options) {
    Map<Path, FileCache> caches = new HashMap<>();
    List<Version> istio = versions(options);
    return (root, open, judged) -> {
      FileCache cache = caches.computeIfAbsent(root, key -> new FileCache());
      cache.open(open);
      try {
        return Deadline.within(
            System::nanoTime,
            System.nanoTime() + MOST_TIME.toNanos(),
            () -> new Run(root, open, judged, options, istio, cache).judge());
      } finally {
        cache.endRound();
      }
    };
  }

  private List<Version> versions(EditorOptions options) {
    List<Version> versions = new ArrayList<>();
    for (String text : options.istioVersions()) {
      try {
        versions.add(new VersionConverter().convert(text));
      } catch (MisuseException e) {
        throw new UnusableSettingsException(String.valueOf(e.getMessage()));
      }
    }
    return versions;
  }

  private final class Run {
    private final Path root;
    private final Map<Path, String> open;
    private final Set<Path> judged;
    private final EditorOptions editor;
    private final List<Version> istio;
    private final FileCache cache;

    Run(
        Path root,
        Map<Path, String> open,
        Set<Path> judged,
        EditorOptions editor,
        List<Version> istio,
        FileCache cache) {
      this.root = root;
      this.open = open;
      this.judged = judged;
      this.editor = editor;
      this.istio = istio;
      this.cache = cache;
    }

    Judgement judge() {
      Console plain = silent(consoles.get());
      Console console = editor.language().map(l -> plain.speaking(Language.of(l))).orElse(plain);
      try {
        return judge(console);
      } catch (UnusableException e) {
        Console told = e.language().map(console::speaking).orElse(console);
        throw new UnusableSettingsException(told.say(e.reason()));
      } catch (DeadlineExceededException e) {
        throw new UnusableSettingsException(console.say("lsp.time", MOST_TIME.toSeconds()));
      }
    }

    private Judgement judge(Console asked) {
      CheckOptions options = options();
      ConfigFile file =
          options.noConfig
              ? ConfigFile.none()
              : ConfigFile.find(options.config, List.of(root.toString()), asked);
      boolean fixed = languageSaid || editor.language().isPresent();
      Console console = fixed ? asked : file.config().language().map(asked::speaking).orElse(asked);
      CheckSettings settings = settings(options, file);
      Policy policy =
          new PolicyFile(rules.stream().map(rule -> rule.info().inFiles()).toList(), console)
              .policy(settings.policy(), console.language());
      ConsoleProgress progress = new ConsoleProgress(console);
      Input input = console.input(Progress.NONE).with(cache);
      CheckScopes scopes = CheckScopes.read(settings, policy, new Engine(rules), console, input);
      Predicate<Resource> selected =
          object -> judged.contains(CheckScope.absolute(object.origin().file()));
      List<Verdict> found = new ArrayList<>();
      List<Resource> objects = new ArrayList<>();
      Map<Path, String> texts = new LinkedHashMap<>();
      for (CheckScope scope : scopes.all()) {
        found.addAll(scope.judge(scope.given().objects(), selected, progress));
        scope.given().objects().stream().filter(selected).forEach(objects::add);
        scope
            .given()
            .texts()
            .forEach(
                (name, text) -> {
                  if (judged.contains(CheckScope.absolute(name.toString()))) {
                    texts.put(name, text);
                  }
                });
      }
      List<Verdict> verdicts = Ignores.of(texts, objects).apply(Verdicts.merged(found));
      Optional<CheckBaseline> baseline = CheckBaseline.of(settings, false, console);
      if (baseline.isPresent()) {
        verdicts = baseline.get().apply(verdicts, Set.of());
      }
      Set<InputError> errors = new LinkedHashSet<>(scopes.errors());
      CheckReport report =
          new CheckReport(verdicts, List.copyOf(errors), policy.general().docsUrl());
      return new Judgement(
          report,
          console.language(),
          settings.policy().map(CheckScope::absolute),
          document -> fixed(document, scopes, input));
    }

    private CheckOptions options() {
      CheckOptions options = new CheckOptions();
      options.policy = editor.policy().map(this::inRoot).orElse(said.policy);
      options.config = editor.config().map(this::inRoot).orElse(said.config);
      options.noConfig = said.noConfig && options.config == null;
      options.meshPaths =
          editor.mesh().isEmpty()
              ? said.meshPaths
              : editor.mesh().stream().map(this::inRoot).toList();
      options.istioVersions = istio.isEmpty() ? said.istioVersions : istio;
      options.kubernetesVersions = said.kubernetesVersions;
      options.namespace = said.namespace;
      options.closedWorld = said.closedWorld;
      options.baseline = said.baseline;
      return options;
    }

    /** A user who names a file in an editor's settings means one beside what is shown there. */
    private String inRoot(String name) {
      Path folder = Files.isDirectory(root) ? root : root.getParent();
      return folder == null ? name : folder.resolve(name).toString();
    }

    /** What is edited and was never saved is there, too. */
    private CheckSettings settings(CheckOptions options, ConfigFile file) {
      if (file.file().isEmpty() || !Files.isDirectory(root)) {
        options.paths = new ArrayList<>(List.of(root.toString()));
      }
      CheckSettings settings = new CheckSettings(options, file).unrendered();
      List<String> unsaved =
          judged.stream()
              .filter(path -> FileWalk.isManifestName(path) && !Files.exists(path))
              .filter(path -> !path.equals(root))
              .map(Path::toString)
              .toList();
      if (!unsaved.isEmpty()) {
        List<String> all = new ArrayList<>(settings.paths());
        all.addAll(unsaved);
        options.paths = all;
      }
      return settings;
    }

    private Optional<String> fixed(Path document, CheckScopes scopes, Input input) {
      @Nullable String before = open.get(document);
      if (before == null) {
        return Optional.empty();
      }
      String text = before;
      for (CheckScope scope : scopes.all()) {
        Optional<Path> name =
            scope.given().texts().keySet().stream()
                .filter(file -> CheckScope.absolute(file.toString()).equals(document))
                .findFirst();
        if (name.isEmpty()) {
          continue;
        }
        Map<Path, String> texts = new LinkedHashMap<>(scope.given().texts());
        texts.put(name.get(), text);
        FixedTexts fixes = new FixedTexts(scope.lint(), scope.namespace(), false, texts, input);
        fixes.fix(
            scope.around().objects(),
            object -> CheckScope.absolute(object.origin().file()).equals(document),
            Progress.NONE);
        text = fixes.texts().getOrDefault(name.get(), text);
      }
      return Optional.of(text);
    }
  }

  /** What a check would tell beside its findings has no place in an editor. */
  private static Console silent(Console console) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Console(
        InputStream.nullInputStream(),
        nowhere,
        nowhere,
        false,
        false,
        console.environment(),
        console.today());
  }
}
