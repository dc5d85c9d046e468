package io.meshguard.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshguard.resource.Cursor;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A rule's own settings, checked against its {@link RuleInfo#parameters()} when the policy was
 * read.
 *
 * @param values the settings by name
 */
public record Parameters(JsonNode values) {

  /** No settings. */
  public static final Parameters NONE = new Parameters(MissingNode.getInstance());

  /** Returns a whole number; empty where the policy gives none. */
  public OptionalLong integer(String name) {
    return at(name).integer();
  }

  /** Returns whether a setting is true. */
  public boolean isTrue(String name) {
    return at(name).isTrue();
  }

  /** Returns a word; empty where the policy gives none. */
  public Optional<String> word(String name) {
    return at(name).text();
  }

  /** Returns the place of a setting. */
  public Cursor at(String name) {
    return Cursor.root(values).at(name);
  }
}
