package io.meshguard.cli;

/** Why something that was given is not checked. */
enum Skipped {
  TEMPLATE(
      "template file",
      "template files",
      " (render first: helm template CHART | meshguard check -)"),
  KUSTOMIZATION("kustomization file", "kustomization files", ""),
  PATCH(
      "kustomize patch",
      "kustomize patches",
      " (check the result: kubectl kustomize DIR | meshguard check -)"),
  IGNORED("ignored file or folder", "ignored files and folders", ""),
  NO_MANIFEST("document without apiVersion and kind", "documents without apiVersion and kind", "");

  private final String one;
  private final String many;
  private final String advice;

  Skipped(String one, String many, String advice) {
    this.one = one;
    this.many = many;
    this.advice = advice;
  }

  /** Returns how many were skipped, in words. */
  String say(int count) {
    return count + " " + (count == 1 ? one : many) + " skipped" + advice;
  }
}
