package io.meshguard.lsp;

import io.meshguard.report.ProductInfo;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionOptions;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.DidChangeWatchedFilesRegistrationOptions;
import org.eclipse.lsp4j.FileSystemWatcher;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.Registration;
import org.eclipse.lsp4j.RegistrationParams;
import org.eclipse.lsp4j.SaveOptions;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SetTraceParams;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextDocumentSyncOptions;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.WorkspaceFoldersOptions;
import org.eclipse.lsp4j.WorkspaceServerCapabilities;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageClientAware;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;
import org.jspecify.annotations.Nullable;

/** The language server for one client. */
public final class MeshguardServer implements LanguageServer, LanguageClientAware {

  private static final List<String> WATCHED = List.of("**/*.{yaml,yml,json}");

  private final Session session;
  private final TextDocumentService documents;
  private final WorkspaceService workspace;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable LanguageClient client;
  private volatile boolean watches;
  private volatile boolean asked;
  private volatile boolean badEnd;

  /**
   * Makes a server.
   *
   * @param rules the rules, as they are where files are judged
   * @param language what the user is told in where nothing else says so
   * @param today returns the date
   */
  public MeshguardServer(
      CheckerFactory checkers, List<RuleInfo> rules, Language language, Supplier<LocalDate> today) {
    Settings settings = new Settings(rules, today);
    this.session = new Session(checkers, new Diagnosing(settings, language));
    this.documents =
        new Documents(session, new Hovers(rules, settings), new Completions(rules, settings));
    this.workspace = new Workspace(session);
  }

  /**
   * Serves a client until it says that it is done, closes the stream, or is gone.
   *
   * @return whether it ended as the protocol says
   */
  public boolean serve(InputStream in, OutputStream out) throws InterruptedException {
    Launcher<LanguageClient> launcher = LSPLauncher.createServerLauncher(this, in, out);
    connect(launcher.getRemoteProxy());
    Future<Void> listening = launcher.startListening();
    Thread reader =
        new Thread(
            () -> {
              try {
                listening.get();
              } catch (InterruptedException | ExecutionException | CancellationException e) {
                badEnd = true;
              }
              ended.countDown();
            },
            "meshguard-lsp-end");
    reader.setDaemon(true);
    reader.start();
    ended.await();
    boolean good = !badEnd;
    session.stop();
    listening.cancel(true);
    return good;
  }

  @Override
  public void connect(LanguageClient connected) {
    client = connected;
    session.connect(connected);
  }

  @Override
  public CompletableFuture<InitializeResult> initialize(InitializeParams params) {
    ClientCapabilities capabilities =
        Optional.ofNullable(params.getCapabilities()).orElseGet(ClientCapabilities::new);
    watch(params.getProcessId());
    watches = canWatch(capabilities);
    session.begin(
        folders(params),
        EditorOptions.of(params.getInitializationOptions()),
        takesVersions(capabilities));
    return CompletableFuture.completedFuture(
        new InitializeResult(
            capabilities(), new ServerInfo(ProductInfo.NAME, ProductInfo.VERSION)));
  }

  @Override
  public void initialized(InitializedParams params) {
    LanguageClient known = client;
    if (watches && known != null) {
      var options =
          new DidChangeWatchedFilesRegistrationOptions(
              WATCHED.stream().map(glob -> new FileSystemWatcher(Either.forLeft(glob))).toList());
      var unused =
          known.registerCapability(
              new RegistrationParams(
                  List.of(
                      new Registration(
                          "meshguard-files", "workspace/didChangeWatchedFiles", options))));
    }
  }

  @Override
  @SuppressWarnings("NullAway") // the protocol wants null
  public CompletableFuture<Object> shutdown() {
    asked = true;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void exit() {
    badEnd = !asked;
    ended.countDown();
  }

  @Override
  public void setTrace(SetTraceParams params) {
    // there is nothing to trace
  }

  @Override
  public TextDocumentService getTextDocumentService() {
    return documents;
  }

  @Override
  public WorkspaceService getWorkspaceService() {
    return workspace;
  }

  /** An editor that crashed sends no exit. */
  private void watch(@Nullable Integer process) {
    if (process != null && process != ProcessHandle.current().pid()) {
      ProcessHandle.of(process)
          .ifPresentOrElse(
              handle -> {
                var unused = handle.onExit().thenRun(ended::countDown);
              },
              ended::countDown);
    }
  }

  private static boolean canWatch(ClientCapabilities capabilities) {
    return Optional.ofNullable(capabilities.getWorkspace())
        .map(w -> w.getDidChangeWatchedFiles())
        .map(files -> files.getDynamicRegistration())
        .orElse(false);
  }

  private static boolean takesVersions(ClientCapabilities capabilities) {
    return Optional.ofNullable(capabilities.getWorkspace())
        .map(w -> w.getWorkspaceEdit())
        .map(edit -> edit.getDocumentChanges())
        .orElse(false);
  }

  /** An older client names one folder, by a URI. */
  @SuppressWarnings("deprecation")
  private static List<Path> folders(InitializeParams params) {
    List<String> uris = new ArrayList<>();
    if (params.getWorkspaceFolders() != null) {
      params.getWorkspaceFolders().stream().map(WorkspaceFolder::getUri).forEach(uris::add);
    } else if (params.getRootUri() != null) {
      uris.add(params.getRootUri());
    }
    return uris.stream().flatMap(uri -> Document.path(uri).stream()).toList();
  }

  private static ServerCapabilities capabilities() {
    ServerCapabilities capabilities = new ServerCapabilities();
    TextDocumentSyncOptions sync = new TextDocumentSyncOptions();
    sync.setOpenClose(true);
    sync.setChange(TextDocumentSyncKind.Incremental);
    sync.setSave(new SaveOptions(false));
    capabilities.setTextDocumentSync(sync);
    capabilities.setHoverProvider(true);
    capabilities.setCodeActionProvider(
        new CodeActionOptions(List.of(CodeActionKind.QuickFix, Actions.FIX_ALL)));
    capabilities.setCompletionProvider(new CompletionOptions(false, List.of(" ")));
    WorkspaceFoldersOptions folders = new WorkspaceFoldersOptions();
    folders.setSupported(true);
    folders.setChangeNotifications(true);
    capabilities.setWorkspace(new WorkspaceServerCapabilities(folders));
    return capabilities;
  }
}
