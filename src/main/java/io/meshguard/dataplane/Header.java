package io.meshguard.dataplane;

/**
 * A header field, its name with the capital letters that were sent.
 *
 * @param name of the field
 * @param value of the field
 */
public record Header(String name, String value) {
  /** Tells whether the field has that name, whatever its capital letters (RFC 9110 section 5.1). */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
