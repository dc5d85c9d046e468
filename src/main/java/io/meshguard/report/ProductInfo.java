package io.meshguard.report;

/** What this program calls itself. */
public final class ProductInfo {

  /** The name of the program, as on its command line. */
  public static final String NAME = "meshguard";

  /** Version of this release; a test holds it equal to that of the build. */
  public static final String VERSION = "0.1.0-SNAPSHOT";

  private ProductInfo() {}
}
