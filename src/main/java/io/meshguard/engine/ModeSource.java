package io.meshguard.engine;

import io.meshguard.rule.Message;
import io.meshguard.rule.SafeText;
import java.util.List;

/** What set the mode of a rule. */
public sealed interface ModeSource {

  /** The rule itself: no policy says anything of it. */
  record BuiltIn() implements ModeSource {
    @Override
    public Message message() {
      return text("source.default");
    }
  }

  /** The key of the policy that is named like the rule. */
  record Toggle(String rule) implements ModeSource {
    @Override
    public Message message() {
      return text("source.toggle", Message.verbatim(rule));
    }
  }

  /**
   * A line of the policy.
   *
   * @param place for example {@code policy.yaml:12}
   */
  record Line(String place) implements ModeSource {
    @Override
    public Message message() {
      return text("source.line", Message.verbatim(SafeText.escape(place)));
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
    public Message message() {
      return text("source.new", otherwise.message(), Message.verbatim(since));
    }

    @Override
    public boolean isBuiltIn() {
      return otherwise.isBuiltIn();
    }
  }

  /** Returns the source for a reader. */
  Message message();

  /** Returns whether nothing in a policy set the mode. */
  default boolean isBuiltIn() {
    return this instanceof BuiltIn;
  }

  private static Message text(String key, Object... arguments) {
    return new Message("io.meshguard.engine.messages", key, List.of(arguments));
  }
}
