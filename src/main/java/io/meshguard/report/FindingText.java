package io.meshguard.report;

import static io.meshguard.rule.Message.verbatim;

import io.meshguard.engine.GradedFinding;
import io.meshguard.resource.ObjectRef;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.Mode;
import io.meshguard.rule.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is said of a finding besides its {@link io.meshguard.rule.Headline}. */
public final class FindingText {

  private static final String BUNDLE = "io.meshguard.report.messages";

  private FindingText() {}

  /** Returns {@code Kind ns/name}, cut and without control characters. */
  public static String object(ObjectRef ref) {
    String namespace = ref.namespace().isEmpty() ? "" : SafeText.cut(ref.namespace()) + "/";
    return SafeText.cut(ref.kind().name()) + " " + namespace + SafeText.cut(ref.name());
  }

  /**
   * Returns why the finding has another mode than the configured one, for example {@code policy
   * caps all rules at warn (configured: deny)}; empty where it has that one.
   */
  public static Optional<String> because(GradedFinding judged, Language language) {
    return judged
        .because()
        .map(
            because ->
                say(
                    language,
                    "because." + because.text(),
                    verbatim(judged.decision().configured().text()),
                    verbatim(judged.mode().text()),
                    judged.decision().exemption().map(e -> e.source()).orElse(""),
                    judged.decision().exemption().map(e -> e.reason()).orElse("")));
  }

  /** Returns what {@link #because} says, in brackets behind a blank; empty where it is empty. */
  static String aside(GradedFinding judged, Language language) {
    return because(judged, language).map(because -> " (" + because + ")").orElse("");
  }

  /** Returns {@code 1 deny, 2 warn}: how many findings have which mode. */
  static String counts(int deny, int warn, int fix, int exempt, Language language) {
    List<String> parts = new ArrayList<>();
    count(deny, Mode.DENY.text(), language, parts);
    count(warn, Mode.WARN.text(), language, parts);
    count(fix, Mode.FIX.text(), language, parts);
    count(exempt, say(language, "summary.exempt"), language, parts);
    return String.join(", ", parts);
  }

  private static void count(int number, String what, Language language, List<String> parts) {
    if (number > 0) {
      parts.add(say(language, "summary.count", number, verbatim(what)));
    }
  }

  /** Returns one of this package's own texts. */
  static String say(Language language, String key, Object... arguments) {
    return language.render(new Message(BUNDLE, key, List.of(arguments)));
  }
}
