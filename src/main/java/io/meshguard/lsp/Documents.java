package io.meshguard.lsp;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.services.TextDocumentService;

/** What a client says and asks of documents. */
final class Documents implements TextDocumentService {

  private final Session session;
  private final Hovers hovers;
  private final Completions completions;

  Documents(Session session, Hovers hovers, Completions completions) {
    this.session = session;
    this.hovers = hovers;
    this.completions = completions;
  }

  @Override
  public void didOpen(DidOpenTextDocumentParams params) {
    TextDocumentItem item = params.getTextDocument();
    session.open(Document.opened(item.getUri(), item.getVersion(), item.getText()));
  }

  @Override
  public void didChange(DidChangeTextDocumentParams params) {
    VersionedTextDocumentIdentifier of = params.getTextDocument();
    List<TextDocumentContentChangeEvent> changes = List.copyOf(params.getContentChanges());
    session.change(
        of.getUri(),
        document -> {
          DocumentText text = document.text();
          for (TextDocumentContentChangeEvent change : changes) {
            text = text.changed(change);
          }
          int version = of.getVersion() == null ? document.version() : of.getVersion();
          return document.saying(version, text);
        });
  }

  @Override
  public void didClose(DidCloseTextDocumentParams params) {
    session.close(params.getTextDocument().getUri());
  }

  @Override
  public void didSave(DidSaveTextDocumentParams params) {
    session.filesChanged();
  }

  @Override
  @SuppressWarnings("NullAway") // the protocol wants null where there is nothing to tell
  public CompletableFuture<Hover> hover(HoverParams params) {
    return session
        .ask(
            params.getTextDocument().getUri(),
            true,
            Optional.<Hover>empty(),
            view -> hovers.at(view, params.getPosition()))
        .thenApply(hover -> hover.orElse(null));
  }

  @Override
  public CompletableFuture<List<Either<Command, CodeAction>>> codeAction(CodeActionParams params) {
    return session.ask(
        params.getTextDocument().getUri(), true, List.of(), view -> Actions.of(view, params));
  }

  @Override
  public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(
      CompletionParams params) {
    return session.ask(
        params.getTextDocument().getUri(),
        false,
        Either.forLeft(List.of()),
        view -> Either.forLeft(completions.at(view, params.getPosition())));
  }
}
