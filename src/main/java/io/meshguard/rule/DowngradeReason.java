package io.meshguard.rule;

/** Why a finding has another mode than the one configured for its rule. */
public enum DowngradeReason {
  /** The stored object already had the finding. */
  RATCHET("ratchet"),
  /** The request is a dry run. */
  DRY_RUN("dryRun"),
  /** The object is kept in Git and would be changed back. */
  GITOPS("gitops"),
  /** A controller writes the object, or the request does not change what the fix would. */
  CONTROLLER("controller"),
  /** The verdict depends on a version that is not known, or not the same everywhere. */
  UNKNOWN_VERSION("unknownVersion"),
  /** The policy caps all modes. */
  ENFORCEMENT("enforcement"),
  /** The policy or the object itself exempts it. */
  EXEMPTION("exemption"),
  /** It is true, but nothing goes wrong by it. */
  HARMLESS("harmless"),
  /** It concerns fewer than the rule denies for. */
  LESSER("lesser"),
  /** It depends on which of two objects was created first, and that is not known. */
  UNKNOWN_ORDER("unknownOrder"),
  /** What the rule reads of the cluster may be out of date. */
  STALE_MESH("staleMesh");

  private final String text;

  DowngradeReason(String text) {
    this.text = text;
  }

  /** Returns the word that stands for it in JSON output. */
  public String text() {
    return text;
  }
}
