package io.meshguard.engine;

/** What set the mode of a rule. */
public sealed interface ModeSource {

  /** The rule itself: no policy says anything of it. */
  record BuiltIn() implements ModeSource {
    @Override
    public String text() {
      return "default";
    }
  }

  /** The key of the policy that is named like the rule. */
  record Toggle(String rule) implements ModeSource {
    @Override
    public String text() {
      return "toggle " + rule;
    }
  }

  /**
   * A line of the policy.
   *
   * @param place for example {@code policy.yaml:12}
   */
  record Line(String place) implements ModeSource {
    @Override
    public String text() {
      return place;
    }
  }

  /**
   * The release in which the rule came: it may not act yet as it was told to.
   *
   * @param otherwise what set the mode that it would have
   * @param since the release
   */
  record NewRule(ModeSource otherwise, String since) implements ModeSource {
    @Override
    public String text() {
      return otherwise.text() + ", new in " + since;
    }

    @Override
    public boolean isBuiltIn() {
      return otherwise.isBuiltIn();
    }
  }

  /** Returns the source for a reader. */
  String text();

  /** Returns whether nothing in a policy set the mode. */
  default boolean isBuiltIn() {
    return this instanceof BuiltIn;
  }
}
