package io.meshguard.cli;

import io.meshguard.rule.Language;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;

/** Reads the name of a language. */
final class LanguageConverter implements ITypeConverter<Language> {

  @Override
  public Language convert(String value) {
    return Arrays.stream(Language.values())
        .filter(language -> language.text().equals(value))
        .findFirst()
        .orElseThrow(() -> new MisuseException("language.unknown", value));
  }
}
