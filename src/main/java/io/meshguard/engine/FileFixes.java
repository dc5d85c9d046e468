package io.meshguard.engine;

import io.meshguard.resource.Origin;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Mode;
import io.meshguard.yaml.EditException;
import io.meshguard.yaml.ManifestView;
import io.meshguard.yaml.TextEdit;
import io.meshguard.yaml.YamlException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fixes of findings, one by one, as edits of the files that the findings stand in. */
public final class FileFixes {

  /** Characters that are read again for fixes; a document is read a few times for each of its. */
  private static final long MOST_READ = 60_000_000;

  private final Map<String, String> texts;
  private final Map<String, Optional<ManifestView>> views = new HashMap<>();
  private long read;
  private int leftOut;

  /**
   * Takes texts.
   *
   * @param texts the text of each file; of files that are not among them no fix is returned
   */
  public FileFixes(Map<String, String> texts) {
    this.texts = Map.copyOf(texts);
  }

  /**
   * Returns the edits that mend a finding and change nothing else, in order; empty where there is
   * no fix that a program may apply, or none that can be written into the text.
   */
  public Optional<List<TextEdit>> of(GradedFinding judged) {
    Optional<Fix> fix = judged.finding().fix().filter(Fix::applicable);
    boolean wanted = judged.mode() != Mode.OFF && !judged.exempt() && judged.finding().isCertain();
    Origin origin = judged.finding().object().origin();
    if (fix.isEmpty() || !wanted || !texts.containsKey(origin.file())) {
      return Optional.empty();
    }
    Optional<ManifestView> view = views.computeIfAbsent(origin.file(), this::view);
    return view.flatMap(text -> edits(text, origin, fix.get()));
  }

  /** Returns how many fixes were left out because there would have been too much to read. */
  public int leftOut() {
    return leftOut;
  }

  private Optional<List<TextEdit>> edits(ManifestView text, Origin origin, Fix fix) {
    // the document is read for each operation, before them and after
    read += (long) text.length(origin.document()) * (fix.ops().size() + 2);
    if (read > MOST_READ) {
      leftOut++;
      return Optional.empty();
    }
    try {
      return Optional.of(text.edits(origin.document(), origin.base(), fix.ops()));
    } catch (EditException e) {
      return Optional.empty();
    }
  }

  private Optional<ManifestView> view(String file) {
    try {
      return Optional.of(new ManifestView(texts.getOrDefault(file, "")));
    } catch (YamlException e) {
      return Optional.empty();
    }
  }
}
