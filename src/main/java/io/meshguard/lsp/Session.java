package io.meshguard.lsp;

import io.meshguard.rule.Language;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.services.LanguageClient;
import org.jspecify.annotations.Nullable;

/**
 * What one client has open, and what was said of it. All of it is touched by one thread alone, in
 * the order in which the client's messages came; judging waits until nobody types for a moment.
 */
final class Session {

  private static final long SETTLE_MILLIS = 150;

  private final CheckerFactory checkers;
  private final Diagnosing diagnosing;
  private final ScheduledThreadPoolExecutor worker;
  private final Map<String, Document> documents = new LinkedHashMap<>();
  private final Map<Path, Judgement> judgements = new HashMap<>();
  private final Set<Path> stale = new TreeSet<>();
  private final List<Path> folders = new ArrayList<>();
  private String told = "";
  private @Nullable LanguageClient client;
  private @Nullable Checker checker;
  private @Nullable ScheduledFuture<?> pending;
  private EditorOptions options = EditorOptions.NONE;
  private boolean documentChanges;

  Session(CheckerFactory checkers, Diagnosing diagnosing) {
    this.checkers = checkers;
    this.diagnosing = diagnosing;
    this.worker =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "meshguard-lsp");
              thread.setDaemon(true);
              return thread;
            });
    worker.setRemoveOnCancelPolicy(true);
    // what a client sends behind its exit has no answer
    worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  void connect(LanguageClient connected) {
    worker.execute(() -> client = connected);
  }

  /** Takes what the client says of itself. */
  void begin(List<Path> workspace, EditorOptions wanted, boolean versioned) {
    run(
        () -> {
          folders.addAll(workspace);
          options = wanted;
          documentChanges = versioned;
        });
  }

  /** Takes other wishes. */
  void configure(EditorOptions wanted) {
    run(
        () -> {
          options = wanted;
          checker = null;
          everythingChanged();
        });
  }

  void folders(List<Path> added, List<Path> removed) {
    run(
        () -> {
          folders.removeAll(removed);
          folders.addAll(added);
          everythingChanged();
        });
  }

  void open(Document document) {
    run(
        () -> {
          documents.put(document.uri(), document);
          changed(document);
        });
  }

  void change(String uri, Function<Document, Document> change) {
    run(
        () -> {
          Document before = documents.get(uri);
          if (before != null) {
            Document after = change.apply(before);
            documents.put(uri, after);
            changed(after);
          }
        });
  }

  void close(String uri) {
    run(
        () -> {
          Document closed = documents.remove(uri);
          if (closed != null) {
            publish(new PublishDiagnosticsParams(uri, List.of()));
            root(closed).ifPresent(judgements::remove);
            everythingChanged();
          }
        });
  }

  /** Takes notice that files or documents of any folder may have changed. */
  void filesChanged() {
    run(this::everythingChanged);
  }

  void stop() {
    worker.shutdownNow();
  }

  /**
   * A document as an answer needs it.
   *
   * @param document the document, and what is shown in it now
   * @param judgement what its folder's judging said; empty where that failed
   * @param documentChanges whether the client takes edits of a version of a document
   */
  record View(Document document, Optional<Judgement> judgement, boolean documentChanges) {
    Language language() {
      return judgement.map(Judgement::language).orElse(Language.EN);
    }

    Optional<Path> policy() {
      return judgement.flatMap(Judgement::policy);
    }
  }

  /** Answers a question about a document as it is now; an unknown one has the empty answer. */
  <T> CompletableFuture<T> ask(String uri, boolean judged, T none, Function<View, T> answer) {
    return supply(
        () -> {
          Document document = documents.get(uri);
          if (document == null) {
            return none;
          }
          Optional<Path> root = root(document);
          if (judged && root.filter(stale::contains).isPresent()) {
            judge();
          }
          Document now = documents.getOrDefault(uri, document);
          Optional<Judgement> judgement = root.map(judgements::get);
          return answer.apply(new View(now, judgement, documentChanges));
        });
  }

  private <T> CompletableFuture<T> supply(Supplier<T> answer) {
    return CompletableFuture.supplyAsync(answer, worker);
  }

  private void run(Runnable task) {
    worker.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | StackOverflowError e) {
            failed(e);
          }
        });
  }

  private void changed(Document document) {
    root(document).ifPresentOrElse(stale::add, () -> show(document, List.of()));
    // what one document defines, another one may refer to
    documents.values().forEach(other -> root(other).ifPresent(stale::add));
    schedule();
  }

  private void everythingChanged() {
    documents.values().forEach(document -> root(document).ifPresent(stale::add));
    schedule();
  }

  private void schedule() {
    if (pending != null) {
      pending.cancel(false);
    }
    pending = worker.schedule(() -> run(this::judge), SETTLE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Returns the folder that a document is judged with: the innermost, or itself in none. */
  private Optional<Path> root(Document document) {
    return document
        .path()
        .map(
            path ->
                folders.stream()
                    .filter(path::startsWith)
                    .max(Comparator.comparing(Path::getNameCount))
                    .orElse(path));
  }

  private void judge() {
    Map<Path, String> open = new HashMap<>();
    documents.values().forEach(d -> d.path().ifPresent(p -> open.put(p, d.text().text())));
    List<Path> roots = List.copyOf(stale);
    stale.clear();
    for (Path root : roots) {
      List<Document> own =
          documents.values().stream()
              .filter(document -> root(document).filter(root::equals).isPresent())
              .toList();
      if (own.isEmpty()) {
        continue;
      }
      Optional<Judgement> judgement = judge(root, open, own);
      own.forEach(document -> show(document, diagnosing.entries(document, judgement)));
    }
  }

  private Optional<Judgement> judge(Path root, Map<Path, String> open, List<Document> own) {
    Set<Path> judged =
        own.stream().flatMap(document -> document.path().stream()).collect(Collectors.toSet());
    try {
      if (checker == null) {
        checker = checkers.checker(options);
      }
      Judgement judgement = checker.check(root, open, judged);
      judgements.put(root, judgement);
      told = "";
      return Optional.of(judgement);
    } catch (UnusableSettingsException e) {
      tell(String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      failed(e);
    }
    judgements.remove(root);
    return Optional.empty();
  }

  /** Tells the user something once, until it is no longer so. */
  private void tell(String message) {
    LanguageClient known = client;
    if (!message.equals(told) && known != null) {
      told = message;
      known.showMessage(new MessageParams(MessageType.Warning, "Meshguard: " + message));
    }
  }

  private void failed(Throwable cause) {
    LanguageClient known = client;
    if (known != null) {
      known.logMessage(new MessageParams(MessageType.Error, "Meshguard: " + cause));
    }
  }

  private void show(Document document, List<Document.Entry> entries) {
    documents.put(document.uri(), document.showing(entries));
    PublishDiagnosticsParams params =
        new PublishDiagnosticsParams(
            document.uri(), entries.stream().map(Document.Entry::diagnostic).toList());
    params.setVersion(document.version());
    publish(params);
  }

  private void publish(PublishDiagnosticsParams params) {
    LanguageClient known = client;
    if (known != null) {
      known.publishDiagnostics(params);
    }
  }
}
