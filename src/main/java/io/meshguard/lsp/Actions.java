package io.meshguard.lsp;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshguard.engine.FileFixes;
import io.meshguard.engine.GradedFinding;
import io.meshguard.lint.Ignores;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.EditException;
import io.meshguard.yaml.ManifestView;
import io.meshguard.yaml.PatchOp;
import io.meshguard.yaml.YamlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentEdit;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** What an editor offers to do about findings: fix one, fix all, or let one stay. */
final class Actions {

  /** The kind of the action that applies all safe fixes of a document. */
  static final String FIX_ALL = CodeActionKind.SourceFixAll + ".meshguard";

  private Actions() {}

  /** Returns what can be done about a part of a document. */
  static List<Either<Command, CodeAction>> of(Session.View view, CodeActionParams params) {
    List<CodeAction> actions = new ArrayList<>();
    Document document = view.document();
    List<Document.Entry> here =
        document.shown().entries().stream()
            .filter(entry -> entry.finding().isPresent())
            .filter(entry -> meet(entry.diagnostic().getRange(), params.getRange()))
            .toList();
    if (isWanted(params, CodeActionKind.QuickFix)) {
      for (Document.Entry entry : here) {
        fix(view, entry).ifPresent(actions::add);
      }
      for (Document.Entry entry : here) {
        ignore(view, entry).ifPresent(actions::add);
      }
    }
    if (isWanted(params, FIX_ALL)) {
      fixAll(view).ifPresent(actions::add);
    }
    return actions.stream().map(Either::<Command, CodeAction>forRight).toList();
  }

  /** A client that asks for a kind wants those below it, too. */
  private static boolean isWanted(CodeActionParams params, String kind) {
    List<String> only = params.getContext() == null ? null : params.getContext().getOnly();
    return only == null
        || only.isEmpty()
        || only.stream().anyMatch(o -> o.isEmpty() || kind.equals(o) || kind.startsWith(o + "."));
  }

  private static boolean meet(Range one, Range other) {
    return Hovers.holds(one, other.getStart())
        || Hovers.holds(one, other.getEnd())
        || Hovers.holds(other, one.getStart());
  }

  private static Optional<CodeAction> fix(Session.View view, Document.Entry entry) {
    GradedFinding judged = entry.finding().orElseThrow();
    String file = judged.finding().object().origin().file();
    DocumentText text = view.document().text();
    Optional<Fix> fix = judged.finding().fix();
    return new FileFixes(Map.of(file, text.text()))
        .of(judged)
        .filter(edits -> !edits.isEmpty())
        .map(
            edits -> {
              boolean safe = fix.orElseThrow().safety() == Safety.SAFE;
              String title = view.language().render(fix.orElseThrow().title());
              CodeAction action =
                  action(
                      view,
                      CodeActionKind.QuickFix,
                      LspText.say(
                          view.language(),
                          safe ? "fix" : "fix.unsafe",
                          io.meshguard.rule.Message.verbatim(title)),
                      text.edits(edits));
              action.setDiagnostics(List.of(entry.diagnostic()));
              action.setIsPreferred(safe);
              return action;
            });
  }

  private static Optional<CodeAction> fixAll(Session.View view) {
    Document document = view.document();
    boolean some =
        document.shown().entries().stream()
            .flatMap(entry -> entry.finding().stream())
            .anyMatch(
                judged ->
                    judged.finding().fix().filter(f -> f.safety() == Safety.SAFE).isPresent());
    if (!some) {
      return Optional.empty();
    }
    return view.judgement()
        .flatMap(judgement -> document.path().flatMap(judgement.fixed()))
        .filter(fixed -> !fixed.equals(document.text().text()))
        .map(
            fixed ->
                action(
                    view,
                    FIX_ALL,
                    LspText.say(view.language(), "fix.all"),
                    List.of(document.text().to(fixed))));
  }

  private static Optional<CodeAction> ignore(Session.View view, Document.Entry entry) {
    GradedFinding judged = entry.finding().orElseThrow();
    String rule = judged.finding().rule().id();
    String reason = LspText.say(view.language(), "ignore.reason");
    String start = view.document().text().text().stripLeading();
    boolean json = start.startsWith("{") || start.startsWith("[");
    List<TextEdit> edits =
        json
            ? annotation(view.document().text(), judged, reason)
            : List.of(comment(view.document().text(), entry, rule, reason));
    if (edits.isEmpty()) {
      return Optional.empty();
    }
    CodeAction action =
        action(
            view,
            CodeActionKind.QuickFix,
            LspText.say(view.language(), "ignore", io.meshguard.rule.Message.verbatim(rule)),
            edits);
    action.setDiagnostics(List.of(entry.diagnostic()));
    return Optional.of(action);
  }

  private static TextEdit comment(
      DocumentText text, Document.Entry entry, String rule, String reason) {
    int line = entry.diagnostic().getRange().getStart().getLine();
    String there = text.line(line);
    String indent = there.substring(0, there.length() - there.stripLeading().length());
    Position begin = new Position(line, 0);
    return new TextEdit(
        new Range(begin, begin),
        indent + "# meshguard:ignore " + rule + " " + reason + text.lineBreak());
  }

  /** JSON has no comments, so the mark stands among the annotations of the object. */
  private static List<TextEdit> annotation(DocumentText text, GradedFinding judged, String reason) {
    Resource object = judged.finding().object();
    Origin origin = object.origin();
    JsonPointer metadata = JsonPointer.empty().appendProperty("metadata");
    JsonPointer annotations = metadata.appendProperty("annotations");
    List<PatchOp> ops = new ArrayList<>();
    if (!object.tree().at(metadata).isObject()) {
      return List.of();
    }
    if (!object.tree().at(annotations).isObject()) {
      ops.add(new PatchOp.Add(annotations, JsonNodeFactory.instance.objectNode()));
    }
    ops.add(
        new PatchOp.Add(
            annotations.appendProperty(Ignores.ANNOTATION + judged.finding().rule().id()),
            JsonNodeFactory.instance.textNode(reason)));
    try {
      return text.edits(new ManifestView(text.text()).edits(origin.document(), origin.base(), ops));
    } catch (EditException | YamlException e) {
      return List.of();
    }
  }

  private static CodeAction action(
      Session.View view, String kind, String title, List<TextEdit> edits) {
    CodeAction action = new CodeAction(title);
    action.setKind(kind);
    Document document = view.document();
    if (view.documentChanges()) {
      VersionedTextDocumentIdentifier of =
          new VersionedTextDocumentIdentifier(document.uri(), document.version());
      action.setEdit(
          new WorkspaceEdit(List.of(Either.forLeft(new TextDocumentEdit(of, List.copyOf(edits))))));
    } else {
      action.setEdit(new WorkspaceEdit(Map.of(document.uri(), edits)));
    }
    return action;
  }
}
