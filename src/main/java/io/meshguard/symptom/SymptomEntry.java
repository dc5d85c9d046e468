package io.meshguard.symptom;

import io.meshguard.rule.FaqEntry;
import io.meshguard.rule.Language;
import io.meshguard.rule.Message;
import io.meshguard.rule.ResponseFlag;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a status or a response flag.
 *
 * @param code how an access log writes it
 * @param flag the flag; empty for a status, and for the flag {@code -}
 * @param faq FAQ entries about it
 * @param causes rules that find its causes
 * @param hiders rules that find why it is missing where it should be seen
 */
public record SymptomEntry(
    String code,
    Optional<ResponseFlag> flag,
    List<FaqEntry> faq,
    List<Cause> causes,
    List<Cause> hiders) {

  private static final String BUNDLE = "io.meshguard.symptom.messages";

  /** Copies the lists. */
  public SymptomEntry {
    faq = List.copyOf(faq);
    causes = List.copyOf(causes);
    hiders = List.copyOf(hiders);
  }

  /** Returns the words behind the code: those of the status, or the long name of the flag. */
  public String title(Language language) {
    return flag.map(ResponseFlag::longName).orElseGet(() -> say("title", language));
  }

  /** Returns what it means in a proxy of Istio. */
  public String means(Language language) {
    return say("means", language);
  }

  /** Returns how its causes can be told apart. */
  public String tell(Language language) {
    return say("tell", language);
  }

  /** Returns a sentence that stands around the entries. */
  public static String text(String key, Language language) {
    return language.render(new Message(BUNDLE, key, List.of()));
  }

  private String say(String what, Language language) {
    String name = code.equals(SymptomCatalogue.NO_FLAG) ? "none" : code;
    return text(name + "." + what, language);
  }
}
