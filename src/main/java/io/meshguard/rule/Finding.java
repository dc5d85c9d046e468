package io.meshguard.rule;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshguard.mesh.Versions.Applicability;
import io.meshguard.resource.Resource;
import java.util.Optional;

/**
 * One thing that a rule found.
 *
 * @param rule the rule
 * @param object the object that it stands on
 * @param path the place in the object
 * @param message what is wrong and what follows
 * @param fix how to mend it
 * @param witness evidence in a form of the rule's own
 * @param holds whether it is true of all versions that the object meets
 * @param neverDenied why it is shown but never refused; empty where it may be
 * @param fingerprint names the finding across edits that do not touch it: lower-case hexadecimal
 */
public record Finding(
    RuleInfo rule,
    Resource object,
    JsonPointer path,
    Message message,
    Optional<Fix> fix,
    Optional<JsonNode> witness,
    Applicability holds,
    Optional<DowngradeReason> neverDenied,
    String fingerprint) {

  /**
   * Returns whether it is true of every version that the object meets, so that it may be mended.
   */
  public boolean isCertain() {
    return holds == Applicability.EVERYWHERE;
  }

  /** Returns whether it may be refused: certain, and not without harm. */
  public boolean isDeniable() {
    return isCertain() && neverDenied.isEmpty();
  }
}
