package io.meshguard.cli;

import io.meshguard.rule.ForeignText;
import io.meshguard.rule.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A git repository, read through the {@code git} on the PATH; nothing in it is changed. */
final class GitRepository {

  private static final String GIT = "git";

  private final Path top;

  private GitRepository(Path top) {
    this.top = top;
  }

  /**
   * Finds the repository in which a path stands that need not exist.
   *
   * @throws UnusableException if there is no git, or no repository
   */
  static GitRepository around(Path path) {
    Path at = real(path);
    while (!Files.isDirectory(at) && at.getParent() != null) {
      at = at.getParent();
    }
    Answer answer = run(at, "rev-parse", "--show-toplevel");
    if (answer.exitCode != 0) {
      if (answer.errors.contains("not a git repository")) {
        throw new UnusableException("git.outside", path.toString());
      }
      throw failed(answer);
    }
    return new GitRepository(Path.of(answer.text.strip()));
  }

  /** Returns the root of the files of the repository. */
  Path top() {
    return top;
  }

  /** Returns a path from the root of the repository, whether there is such a file or not. */
  Path inside(Path path) {
    Path real = real(path);
    if (!real.startsWith(top)) {
      throw new UnusableException("git.other", path.toString(), top.toString());
    }
    return top.relativize(real);
  }

  /**
   * Returns the name of the commit that a revision stands for.
   *
   * @throws UnusableException if there is none
   */
  String commit(String revision) {
    boolean option = revision.startsWith("-");
    Answer answer =
        option ? Answer.NONE : run(top, "rev-parse", "--verify", "--quiet", revision + "^{commit}");
    if (answer.exitCode != 0) {
      throw new UnusableException("git.revision", revision, top.toString());
    }
    return answer.text.strip();
  }

  /** Returns whether there is a revision of that name. */
  boolean has(String revision) {
    return !revision.startsWith("-")
        && run(top, "rev-parse", "--verify", "--quiet", revision + "^{commit}").exitCode == 0;
  }

  /** Returns the commit from which two others went apart. */
  String fork(String one, String other) {
    Answer answer = run(top, "merge-base", commit(one), commit(other));
    if (answer.exitCode != 0) {
      throw new UnusableException("git.unrelated", one, other);
    }
    return answer.text.strip();
  }

  /** Returns the commit where the work at hand left a revision, else that of the revision. */
  String branchedFrom(String revision) {
    String commit = commit(revision);
    Answer answer = run(top, "merge-base", commit, "HEAD");
    return answer.exitCode == 0 ? answer.text.strip() : commit;
  }

  /** Returns the files that are not as in a commit: changed, new or gone. */
  Set<Path> changedSince(String commit) {
    Set<Path> changed = new HashSet<>();
    for (Answer answer :
        List.of(
            run(top, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", commit),
            run(top, "ls-files", "-z", "--others", "--exclude-standard", "--full-name"))) {
      if (answer.exitCode != 0) {
        throw failed(answer);
      }
      for (String name : answer.text.split("\0")) {
        if (!name.isEmpty()) {
          changed.add(Path.of(name));
        }
      }
    }
    return changed;
  }

  /** Returns the files, links and names of a commit. */
  List<GitEntry> entries(String commit) {
    Answer answer = run(top, "ls-tree", "-r", "-z", "--full-tree", commit);
    if (answer.exitCode != 0) {
      throw failed(answer);
    }
    List<GitEntry> entries = new ArrayList<>();
    for (String line : answer.text.split("\0")) {
      GitEntry.parse(line).ifPresent(entries::add);
    }
    return entries;
  }

  /** Opens the contents of files. */
  GitContents contents() {
    try {
      return new GitContents(process(top, "cat-file", "--batch").start());
    } catch (IOException e) {
      throw new UnusableException("git.none");
    }
  }

  private record Answer(int exitCode, String text, String errors) {
    private static final Answer NONE = new Answer(1, "", "");
  }

  private static Answer run(Path at, String... arguments) {
    try {
      Process process = process(at, arguments).start();
      process.getOutputStream().close();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
      String out = all(process.getInputStream());
      return new Answer(process.waitFor(), out, errors.join());
    } catch (IOException e) {
      throw new UnusableException("git.none");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableException("git.failed", "interrupted");
    }
  }

  private static ProcessBuilder process(Path at, String... arguments) {
    List<String> command = new ArrayList<>(List.of(GIT, "-C", at.toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Its words are looked at, and nobody is there to type a password.
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    return builder;
  }

  private static String all(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UnusableException failed(Answer answer) {
    String first = Optional.of(answer.errors.strip()).filter(e -> !e.isEmpty()).orElse("?");
    return new UnusableException("git.failed", ForeignText.of(SafeText.cut(first)));
  }

  /** Returns a path as git names it: without links, as far as it exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    for (Path at = absolute; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        try {
          return at.toRealPath().resolve(at.relativize(absolute)).normalize();
        } catch (IOException e) {
          return absolute;
        }
      }
    }
    return absolute;
  }
}
