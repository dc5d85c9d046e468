package io.meshguard.admission;

/**
 * What a policy says to people beside its verdicts.
 *
 * @param contact whom to ask, empty for nobody in particular
 * @param docsUrl start of the address of rule pages, empty for none
 * @param announceRouteChanges whether whoever updates routes is told which requests that moves
 * @param ownOnly whether messages may name only objects that the requester may see
 * @param selfService whether the annotation on an object exempts it from a denial
 */
record Guidance(
    String contact,
    String docsUrl,
    boolean announceRouteChanges,
    boolean ownOnly,
    boolean selfService) {

  /** Nobody to ask, no pages, no exemption by annotation. */
  static final Guidance NONE = new Guidance("", "", false, true, false);
}
