package io.meshguard.lint;

import io.meshguard.engine.FixResult;
import io.meshguard.engine.Fixer;
import io.meshguard.engine.GradedFinding;
import io.meshguard.engine.Review;
import io.meshguard.files.Input;
import io.meshguard.files.Manifests;
import io.meshguard.files.Progress;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Origin;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Fix;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Safety;
import io.meshguard.yaml.EditException;
import io.meshguard.yaml.ManifestText;
import io.meshguard.yaml.UnifiedDiff;
import io.meshguard.yaml.YamlWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Texts of manifests with fixes applied. */
public final class FixedTexts {

  /** A fix of one object may be what makes another object's finding; that is followed so far. */
  private static final int MOST_ROUNDS = 5;

  private final Input input;
  private final Lint lint;
  private final String defaultNamespace;
  private final boolean unsafe;
  private final Map<Path, String> texts;
  private final List<Done> done = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final Set<String> refused = new HashSet<>();

  /**
   * Takes texts, as they stand in their files.
   *
   * @param unsafe whether fixes that change live behaviour are wanted from every rule
   */
  public FixedTexts(
      Lint lint, String defaultNamespace, boolean unsafe, Map<Path, String> texts, Input input) {
    this.input = input;
    this.lint = lint;
    this.defaultNamespace = defaultNamespace;
    this.unsafe = unsafe;
    this.texts = new LinkedHashMap<>(texts);
  }

  /** A finding that is gone, and the file that it stood in. */
  public record Done(Path file, GradedFinding judged) {}

  /**
   * An object that could not be fixed where it stands.
   *
   * @param reason why not
   * @param diff what would have to be changed in it by hand
   */
  public record Refusal(Resource object, String reason, List<String> diff) {}

  /**
   * Applies all fixes that are wanted.
   *
   * @param around objects that are only context
   * @param selected which objects may be changed
   */
  public void fix(Collection<Resource> around, Predicate<Resource> selected, Progress progress) {
    boolean changed = true;
    for (int round = 0; changed && round < MOST_ROUNDS; round++) {
      List<Resource> objects = Manifests.objects(texts, defaultNamespace, input);
      Ignores ignores = Ignores.of(texts, objects);
      Map<String, ManifestText> edited = new HashMap<>();
      lint.review(
          objects,
          around,
          selected,
          review -> {
            progress.step("progress.fixing", objects.size());
            fix(review, judged -> !ignores.cover(judged.finding()), edited);
          });
      changed = !edited.isEmpty();
      edited.forEach((file, text) -> texts.put(Path.of(file), text.text()));
    }
  }

  /**
   * Applies the fixes that are wanted to objects that were rendered, once: what becomes of the
   * others, only rendering again can tell.
   *
   * @param objects the objects
   * @param around objects that are only context
   * @param places where they are written down
   * @param selected which objects may be changed
   */
  public void fixRendered(
      List<Resource> objects,
      Collection<Resource> around,
      SourcePlaces places,
      Predicate<Resource> selected,
      Progress progress) {
    Ignores ignores = Ignores.of(texts, objects);
    Map<String, ManifestText> edited = new HashMap<>();
    lint.review(
        objects,
        around,
        object -> selected.test(object) && places.isExact(object),
        review -> {
          progress.step("progress.fixing", objects.size());
          fix(
              review,
              judged -> places.isWritable(judged.finding()) && !ignores.cover(judged.finding()),
              edited);
        });
    edited.forEach((file, text) -> texts.put(Path.of(file), text.text()));
  }

  /** Returns the texts as they are now. */
  public Map<Path, String> texts() {
    return texts;
  }

  /** Returns what was fixed, in order. */
  public List<Done> done() {
    return done;
  }

  /** Returns what could not be. */
  public List<Refusal> refusals() {
    return refusals;
  }

  private void fix(
      Review review, Predicate<GradedFinding> writable, Map<String, ManifestText> edited) {
    Resource object = review.object();
    Origin origin = object.origin();
    String key = origin.file() + "\n" + origin.document() + origin.base();
    if (refused.contains(key)) {
      return;
    }
    FixResult mending =
        new Fixer(lint.engine()).mend(review, judged -> isWanted(judged) && writable.test(judged));
    if (mending.ops().isEmpty()) {
      return;
    }
    Path file = Path.of(origin.file());
    try {
      ManifestText text = edited.get(origin.file());
      text = text == null ? new ManifestText(texts.getOrDefault(file, "")) : text;
      text.edit(origin.document(), origin.base(), mending.ops());
      edited.put(origin.file(), text);
      mending.applied().forEach(judged -> done.add(new Done(file, judged)));
    } catch (EditException e) {
      refused.add(key);
      YamlWriter writer = new YamlWriter(false);
      String before = writer.write(object.tree());
      String after = writer.write(mending.object().tree());
      String reason = String.valueOf(e.getMessage());
      refusals.add(new Refusal(object, reason, UnifiedDiff.of(origin.file(), before, after)));
    }
  }

  private boolean isWanted(GradedFinding judged) {
    boolean isUnsafe =
        judged.finding().fix().map(Fix::safety).filter(Safety.UNSAFE::equals).isPresent();
    return judged.mode() != Mode.OFF
        && judged.finding().holds() == Applicability.EVERYWHERE
        && (!isUnsafe || unsafe || judged.mode() == Mode.FIX);
  }
}
