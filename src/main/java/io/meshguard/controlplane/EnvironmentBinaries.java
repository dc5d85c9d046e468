package io.meshguard.controlplane;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The directory that {@code KUBEBUILDER_ASSETS} names (the convention of envtest). */
record EnvironmentBinaries(Map<String, String> environment) implements BinarySource {
  static final String VARIABLE = "KUBEBUILDER_ASSETS";

  @Override
  public Lookup look(Progress progress) {
    String value = environment.getOrDefault(VARIABLE, "");
    if (value.isBlank()) {
      return new Missing(VARIABLE + " is not set");
    }
    Path directory = Path.of(value).toAbsolutePath();
    List<String> missing = Binaries.missingIn(directory);
    if (missing.isEmpty()) {
      return new Found(Binaries.in(directory));
    }
    String reason =
        VARIABLE + "=" + value + " has no executable " + String.join(", ", missing) + " in it";
    progress.say(reason + "; looking elsewhere");
    return new Missing(reason);
  }
}
