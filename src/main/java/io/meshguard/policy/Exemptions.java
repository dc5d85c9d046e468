package io.meshguard.policy;

import io.meshguard.engine.Decision;
import io.meshguard.engine.Subject;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.RuleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds what exempts an object from a rule: the policy, or an annotation on the object itself.
 *
 * @param all the exemptions of the policy, in order
 * @param selfService whether an annotation exempts from denials too
 */
record Exemptions(List<Exemption> all, boolean selfService) {

  /** Annotation that exempts its object from a rule, without the rule's id. */
  static final String ANNOTATION = "meshguard.io/allow.";

  Exemptions {
    all = List.copyOf(all);
  }

  /**
   * What exempts an object.
   *
   * @param notices what somebody should be told, for example that an exemption is over
   */
  record Answer(Optional<Decision.Exemption> exemption, List<Message> notices) {}

  /** Returns what exempts an object from a rule that has a mode other than off there. */
  Answer ask(RuleInfo rule, Mode mode, Subject subject) {
    List<Message> notices = new ArrayList<>();
    for (Exemption exemption : all) {
      boolean meant =
          exemption.covers(rule)
              && exemption.covers(subject.object().ref())
              && exemption.covers(subject.requester());
      if (meant && !exemption.over(subject.today())) {
        String source = exemption.place().line();
        return granted(new Decision.Exemption(source, exemption.reason()));
      }
      if (meant) {
        notices.add(over(rule, exemption));
      }
    }
    return annotation(rule, mode, subject, notices);
  }

  private Answer annotation(RuleInfo rule, Mode mode, Subject subject, List<Message> notices) {
    String name =
        rule.names().stream()
            .map(id -> ANNOTATION + id)
            .filter(one -> subject.object().annotation(one).isPresent())
            .findFirst()
            .orElse(ANNOTATION + rule.id());
    Optional<String> reason = subject.object().annotation(name);
    if (reason.isEmpty()) {
      return new Answer(Optional.empty(), notices);
    }
    if (reason.get().isBlank()) {
      notices.add(notice("allow.blank", name));
      return new Answer(Optional.empty(), notices);
    }
    if (mode == Mode.DENY && !selfService) {
      notices.add(notice("allow.denied", name));
      return new Answer(Optional.empty(), notices);
    }
    return granted(new Decision.Exemption(name, reason.get().strip()));
  }

  private static Answer granted(Decision.Exemption exemption) {
    return new Answer(Optional.of(exemption), List.of());
  }

  private static Message over(RuleInfo rule, Exemption exemption) {
    String day = exemption.expires().map(Object::toString).orElse("");
    return notice("exemption.over", rule.id(), exemption.place().line(), day);
  }

  private static Message notice(String key, String... own) {
    List<Object> arguments = new ArrayList<>();
    for (String text : own) {
      arguments.add(Message.verbatim(text));
    }
    return new Message(Problem.BUNDLE, key, arguments);
  }
}
