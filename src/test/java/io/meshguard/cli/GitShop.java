package io.meshguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A git repository for tests. */
record GitShop(Path folder) {

  /** Makes an empty one. */
  static GitShop in(Path folder) throws IOException {
    GitShop shop = new GitShop(folder);
    shop.git("init", "-q", "-b", "main");
    shop.git("config", "user.email", "shop@example.com");
    shop.git("config", "user.name", "Shop");
    shop.git("config", "commit.gpgsign", "false");
    return shop;
  }

  GitShop write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return this;
  }

  GitShop remove(String file) throws IOException {
    Files.delete(folder.resolve(file));
    return this;
  }

  GitShop commit(String message) throws IOException {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return this;
  }

  String git(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return out;
  }
}
