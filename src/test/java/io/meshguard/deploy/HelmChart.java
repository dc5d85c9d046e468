package io.meshguard.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** The chart, rendered by Helm itself. */
public final class HelmChart {

  static final Path FOLDER = Path.of("charts", "meshguard");

  /** Kubernetes with match conditions; what plain manifests are for. */
  public static final String KUBERNETES = "1.35.0";

  private HelmChart() {}

  static Helm helm() {
    return new Helm(FOLDER);
  }

  /** Returns what {@code helm template} prints for release and namespace meshguard. */
  public static String template(String kubernetes) {
    return template(kubernetes, "");
  }

  /**
   * Returns what {@code helm template} prints.
   *
   * @param values a values file; empty for none
   */
  public static String template(String kubernetes, String values) {
    return template(kubernetes, "meshguard", values);
  }

  /** Returns what {@code helm template} prints for another namespace. */
  public static String template(String kubernetes, String namespace, String values) {
    TemplateCommand command =
        helm()
            .template()
            .withName("meshguard")
            .withNamespace(namespace)
            .withKubeVersion(kubernetes);
    return withFile(values, file -> command.withValuesFile(file).call());
  }

  /** Runs something that needs values in a file. */
  static <T> T withFile(String values, Function<Path, T> work) {
    try {
      Path file = Files.createTempFile("values-", ".yaml");
      try {
        Files.writeString(file, values);
        return work.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
