package io.meshguard.upgrade;

import io.meshguard.istio.IstiodSettings;
import io.meshguard.mesh.Mesh;
import io.meshguard.mesh.Version;
import io.meshguard.resource.Cursor;
import io.meshguard.resource.Kind;
import io.meshguard.resource.Resource;
import io.meshguard.rule.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that a release does otherwise than the one before although the objects are the same.
 *
 * @param id names it, in kebab case
 * @param product whose release
 * @param since the first release that does it
 * @param flag the environment variable of istiod that keeps the old behaviour
 * @param impact what it may do to traffic
 * @param source where it is written down: a path of the product's repository and a version
 * @param kinds kinds of objects that it may touch
 * @param touched the places that it touches
 * @param snippets what to write, for the sentence on how to keep the old behaviour
 */
public record DefaultChange(
    String id,
    Product product,
    Version since,
    Optional<Flag> flag,
    Impact impact,
    String source,
    Set<Kind> kinds,
    Touched touched,
    List<String> snippets) {

  private static final String BUNDLE = "io.meshguard.upgrade.messages";
  private static final Version NEVER = new Version(Integer.MAX_VALUE, 0, 0);

  public DefaultChange {
    kinds = Set.copyOf(kinds);
    snippets = List.copyOf(snippets);
  }

  /** Finds the places of an object that a change touches. */
  @FunctionalInterface
  interface Touched {
    /** Returns the places; none where the object is not touched, or that cannot be known. */
    List<Cursor> in(Resource object, Crossing crossing);
  }

  static DefaultChange istio(
      String id, String since, Impact impact, String source, Set<Kind> kinds, Touched touched) {
    return new DefaultChange(
        id,
        Product.ISTIO,
        Version.of(since),
        Optional.empty(),
        impact,
        source,
        kinds,
        touched,
        List.of());
  }

  DefaultChange keptBy(Flag kept) {
    return new DefaultChange(
        id, product, since, Optional.of(kept), impact, source, kinds, touched, snippets);
  }

  DefaultChange by(String... written) {
    return new DefaultChange(
        id, product, since, flag, impact, source, kinds, touched, List.of(written));
  }

  /** Returns what changes, in a few words. */
  public Message title() {
    return say(id + ".title");
  }

  /** Returns what that means for traffic. */
  public Message traffic() {
    return say(id + ".traffic");
  }

  /**
   * Returns the ways to keep the old behaviour, or to be safe in both releases: what to write into
   * objects first, then what an istiod of the release after can be told.
   */
  public List<Message> keep(Release to) {
    List<Message> ways = new ArrayList<>();
    ways.add(
        new Message(
            BUNDLE, id + ".keep", List.copyOf(snippets.stream().map(Message::verbatim).toList())));
    flag.ifPresent(kept -> ways.add(told(kept, to)));
    profile(to).ifPresent(version -> ways.add(say("keep.profile", version)));
    return List.copyOf(ways);
  }

  private static Message told(Flag kept, Release to) {
    String last = kept.gone().map(v -> v.major() + "." + (v.minor() - 1)).orElse("");
    if (!kept.isReadBy(to.istio())) {
      return say("keep.gone", kept.name(), last);
    }
    return last.isEmpty()
        ? say("keep.flag", kept.name(), kept.old())
        : say("keep.flag.until", kept.name(), kept.old(), last);
  }

  /** Returns the first release whose behaviour is the new one; the flag may have put it off. */
  Version inForce(Mesh mesh) {
    return flag.filter(kept -> kept.keeps(new IstiodSettings(mesh).environment(kept.name())))
        .map(kept -> kept.gone().orElse(NEVER))
        .orElse(since);
  }

  /** Returns whether an upgrade passes the release from which on it is in force. */
  boolean isPassed(Crossing crossing) {
    Version first = inForce(crossing.after());
    return product == Product.ISTIO
        ? passes(crossing.from().istio(), first, crossing.to().istio())
        : crossing.from().kubernetes().isPresent()
            && crossing.to().kubernetes().isPresent()
            && passes(crossing.from().kubernetes().get(), first, crossing.to().kubernetes().get());
  }

  private static boolean passes(Version from, Version first, Version to) {
    return from.isBefore(first) && !to.isBefore(first);
  }

  /**
   * Returns the {@code compatibilityVersion} of Istio's charts that keeps the old behaviour; the
   * charts of a release have those of the three minors before it.
   */
  private Optional<String> profile(Release to) {
    int minor = since.minor() - 1;
    return flag.filter(kept -> kept.isReadBy(to.istio()) && to.istio().minor() - minor <= 3)
        .map(kept -> since.major() + "." + minor);
  }

  private static Message say(String key, String... words) {
    return new Message(
        BUNDLE, key, List.copyOf(Arrays.stream(words).map(Message::verbatim).toList()));
  }
}
