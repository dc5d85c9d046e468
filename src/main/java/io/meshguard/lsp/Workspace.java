package io.meshguard.lsp;

import java.nio.file.Path;
import java.util.List;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidChangeWorkspaceFoldersParams;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.services.WorkspaceService;

/** What a client says of the folders that it shows. */
final class Workspace implements WorkspaceService {

  private final Session session;

  Workspace(Session session) {
    this.session = session;
  }

  @Override
  public void didChangeConfiguration(DidChangeConfigurationParams params) {
    EditorOptions options = EditorOptions.of(params.getSettings());
    // many clients send an empty object at the start, which takes nothing back
    if (!options.equals(EditorOptions.NONE)) {
      session.configure(options);
    }
  }

  @Override
  public void didChangeWatchedFiles(DidChangeWatchedFilesParams params) {
    session.filesChanged();
  }

  @Override
  public void didChangeWorkspaceFolders(DidChangeWorkspaceFoldersParams params) {
    session.folders(paths(params.getEvent().getAdded()), paths(params.getEvent().getRemoved()));
  }

  private static List<Path> paths(List<WorkspaceFolder> folders) {
    return folders.stream().flatMap(folder -> Document.path(folder.getUri()).stream()).toList();
  }
}
