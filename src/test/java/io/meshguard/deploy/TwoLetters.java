package io.meshguard.deploy;

/** The least that a JVM can do for somebody; what a command costs is compared with it. */
final class TwoLetters {

  private TwoLetters() {}

  public static void main(String[] args) {
    System.out.println("ok");
  }
}
