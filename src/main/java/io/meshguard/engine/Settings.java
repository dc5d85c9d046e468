package io.meshguard.engine;

import io.meshguard.mesh.Requester;
import io.meshguard.rule.Language;
import io.meshguard.rule.RuleInfo;

/** What the engine asks of a policy. */
public interface Settings {

  /** Returns what holds for a rule on an object. */
  Decision decide(RuleInfo rule, Subject subject);

  /** Returns whether what the stored object already had is never refused. */
  boolean ratchet();

  /** Returns whether a dry run that would be refused is refused, and not only warned of. */
  boolean dryRunEnforced(Subject subject);

  /**
   * Returns whether whoever asks is a controller, so that an object may be said to be kept by it.
   */
  boolean controller(Requester requester);

  /** Returns what becomes of fixes on objects that are kept in Git. */
  Gitops gitops();

  /** Returns whether a patched object is stamped with the rules that patched it. */
  boolean stamp();

  /** Returns the language for messages about an object. */
  Language language(Subject subject);

  /** What becomes of fixes on objects that are kept in Git. */
  enum Gitops {
    /** They are only warned of. */
    WARN,
    /** Those that only add a new map key are applied, the rest is warned of. */
    AUTO,
    /** They are applied. */
    FIX
  }
}
