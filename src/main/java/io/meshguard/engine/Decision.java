package io.meshguard.engine;

import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.Parameters;
import io.meshguard.rule.RuleInfo;
import java.util.List;
import java.util.Optional;

/**
 * What settings say of one rule on one object.
 *
 * @param configured the mode that was chosen for the rule there
 * @param mode the mode after the cap on all rules
 * @param source what set the mode
 * @param parameters the rule's own settings
 * @param exemption what exempts the object from the rule
 * @param notices what somebody should be told besides, for example that an exemption is over
 */
public record Decision(
    Mode configured,
    Mode mode,
    ModeSource source,
    Parameters parameters,
    Optional<Exemption> exemption,
    List<Message> notices) {

  public Decision {
    notices = List.copyOf(notices);
  }

  /** Returns the decision where nothing but the rule itself says anything. */
  public static Decision defaultOf(RuleInfo rule) {
    return new Decision(
        rule.defaultMode(),
        rule.defaultMode(),
        new ModeSource.BuiltIn(),
        Parameters.NONE,
        Optional.empty(),
        List.of());
  }

  /**
   * An exemption in force.
   *
   * @param source what grants it: {@code policy.yaml:20} or the name of an annotation
   * @param reason why
   */
  public record Exemption(String source, String reason) {}
}
